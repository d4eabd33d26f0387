// What can be done with a delivery: send it again, edited or tampered, or keep its event.

import { attempt, copy, el, fill, toast } from "./dom.js";
import { get, post } from "./api.js";
import { laidOut, problem, raw } from "./jsontext.js";
import { saveAs } from "./saveas.js";

// again are the tools for the delivery that shown returns. They stay the same for all of
// them; renew is called when another one is shown.
export function again(shown) {
  const choice = el("select", { "aria-label": "How it is tampered" });
  const text = el("textarea", { class: "payload", spellcheck: "false", "aria-label": "Body to send", oninput: tell });
  const meaning = el("p", { class: "small soft", role: "status" });
  const editor = el("div", { class: "fields", hidden: true }, text, meaning);
  const edit = el("button", { class: "button", type: "button", "aria-expanded": "false", onclick: () => open(editor.hidden) }, "Edit");

  function open(yes) {
    editor.hidden = !yes;
    edit.setAttribute("aria-expanded", String(yes));
    if (!yes) return;
    const body = shown().request.body;
    text.value = laidOut(body.text) ?? body.text ?? "";
    tell();
    text.focus();
  }

  function tell() {
    const why = problem(text.value);
    meaning.textContent = why
      ? `Not JSON (${why}): it is sent as it is, and signed.`
      : "It is sent in the bytes of Meta's serialiser, and signed.";
  }

  // edited is the body to send in the place of the one that was.
  const edited = () => {
    if (editor.hidden) return {};
    return problem(text.value) ? { body: text.value } : { doc: raw(text.value, "The body") };
  };

  const send = (faults) => attempt(async () => {
    const done = await post(`exchanges/${shown().seq}/resend`, { faults, ...edited() });
    toast(done.error ? `Not acknowledged: ${done.error}` : `Answered ${done.status}.`, done.error ? "bad" : "");
    if (done.exchange) location.hash = `#/timeline/${done.exchange}`;
  });

  const node = el("div", { class: "fields" }, el("div", { class: "tools" },
    el("button", { class: "button", type: "button", onclick: () => send([]) }, "Send again"), edit,
    el("button", { class: "button", type: "button", onclick: () => copy(shown().curl) }, "Copy as curl"),
    el("button", { class: "button", type: "button", onclick: () => saveAs({ exchange: shown().seq }, shown().variants?.[0]) }, "Save as variant"),
    el("span", { class: "row" }, choice, el("button", { class: "button danger", type: "button", onclick: () => send([choice.value]) }, "Send again, tampered"))),
  editor);

  return {
    node,
    renew() {
      open(false);
      edit.disabled = shown().request.body.cut || shown().request.body.text === undefined && shown().request.body.size > 0;
      if (choice.options.length === 0) attempt(async () => offer(choice));
    },
  };
}

// offer fills a choice with the ways to tamper.
async function offer(choice) {
  const ways = await get("tamperings");
  fill(choice, ways.map((t) => el("option", { value: t.name }, t.description)));
}
