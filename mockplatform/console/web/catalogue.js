// Every variant with its documentation, and a payload to edit and send.

import { attempt, copy, el, fill, toast } from "./dom.js";
import { get, post } from "./api.js";

export const title = "Catalogue";

const patience = 250; // ms from the last key to the check of what was written

export function show(main) {
  let all = [];
  let chosen = null;
  const nav = el("nav", { "aria-label": "Variants" });
  const search = el("input", { type: "search", placeholder: "referral ads", "aria-label": "Find a variant", oninput: drawList });
  const pane = el("section", { class: "variant", "aria-label": "Variant" }, el("p", { class: "empty" }, "Choose a variant."));
  const frame = el("div", { class: "catalogue" },
    el("section", { class: "variants", "aria-label": "Catalogue" }, el("header", {}, el("h1", {}, "Catalogue"), search), nav), pane);
  fill(main, frame);

  const ready = attempt(async () => {
    all = await get("variants");
    drawList();
  });

  function drawList() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = all.filter((v) => words.every((w) => `${v.id} ${v.title} ${v.field}`.toLowerCase().includes(w)));
    const fields = [...new Set(fits.map((v) => v.field))].sort();
    fill(nav, fits.length === 0 && el("p", { class: "empty" }, "No variant has these words."), fields.map((f) => [
      el("h2", {}, f || "without a field"),
      el("ul", {}, fits.filter((v) => v.field === f).map((v) => el("li", {},
        el("a", { href: `#/catalogue/${encodeURIComponent(v.id)}`, "aria-current": v.id === chosen ? "true" : false },
          el("span", { class: "mono" }, v.id), " ", v.status !== "documented" && el("span", { class: "badge" }, v.status),
          el("span", { class: "small" }, v.title))))),
    ]));
  }

  return {
    async go([id]) {
      chosen = id ?? null;
      frame.classList.toggle("chosen", chosen !== null);
      await ready;
      drawList();
      if (chosen === null) fill(pane, el("p", { class: "empty" }, `Choose one of ${all.length} variants: each is a documented shape of one event.`));
      else await attempt(() => open(pane, chosen));
    },
    leave() {},
  };
}

async function open(pane, id) {
  const [variant, people, tamperings] = await Promise.all([get(`variants/${encodeURIComponent(id)}`), get("people"), get("tamperings")]);
  const names = people.length ? people.map((p) => p.name) : ["Ada"];
  const person = el("select", { onchange: renew }, names.map((name) => el("option", { value: name }, name)));
  const fault = el("select", {}, el("option", { value: "" }, "none"), tamperings.map((t) => el("option", { value: t.name, title: t.description }, t.description)));
  const payload = el("textarea", { class: "payload", spellcheck: "false", "aria-label": "Payload", oninput: checkSoon });
  const verdict = el("div", { role: "status", "aria-live": "polite" });
  const outcome = el("div", { role: "status", "aria-live": "polite" });
  let timer = 0;
  let edited = false;

  const wanted = () => {
    let event;
    try {
      event = JSON.parse(payload.value);
    } catch (error) {
      throw new Error(`The payload is not JSON: ${error.message}`);
    }
    return { variant: id, person: person.value, ...(edited && { event }), ...(fault.value && { faults: [fault.value] }) };
  };

  // renew fills the payload anew: times, ids and texts are those of now.
  async function renew() {
    edited = false;
    const preview = await attempt(() => post("events/preview", { variant: id, person: person.value }));
    if (!preview) return;
    payload.value = JSON.stringify(preview.event, null, 2);
    tell(preview);
  }

  function checkSoon() {
    edited = true;
    clearTimeout(timer);
    timer = setTimeout(check, patience);
  }

  async function check() {
    try {
      tell(await post("events/preview", wanted()));
    } catch (error) {
      fill(verdict, el("p", { class: "note bad" }, error.message));
    }
  }

  function tell(preview) {
    const problems = preview.findings.flatMap((f) => f.problems);
    fill(verdict, problems.length === 0
      ? el("p", { class: "note good" }, `Valid by the schema ${variant.schema}.`)
      : el("div", { class: "note bad" }, el("p", {}, `Not valid by the schema ${variant.schema}. It can be sent all the same.`),
        el("ul", { class: "problems" }, problems.map((p) => el("li", {}, el("code", {}, p.pointer || "(document)"), " ", p.message)))));
  }

  async function send() {
    const done = await attempt(async () => post("events", wanted()));
    if (!done) return;
    fill(outcome, el("p", { class: `note ${done.status >= 200 && done.status < 300 ? "good" : "bad"}` },
      done.error ? `Not acknowledged: ${done.error}. ` : `Answered ${done.status}. `,
      done.exchange && el("a", { href: `#/timeline/${done.exchange}` }, `Exchange ${done.exchange}`)));
    if (!edited) renew();
  }

  fill(pane,
    el("a", { class: "button back", href: "#/catalogue" }, "← All variants"),
    el("header", { class: "fields" },
      el("h1", {}, variant.title),
      el("p", { class: "row" }, el("code", {}, variant.id), el("span", { class: "badge accent" }, variant.field || "no field"),
        el("span", { class: `badge ${variant.status === "documented" ? "good" : "warn"}` }, variant.status),
        el("span", { class: "badge" }, `object ${variant.object}`), el("span", { class: "badge" }, `form ${variant.form}`))),
    variant.notes && el("p", {}, variant.notes),
    el("blockquote", { class: "small" }, variant.quote, el("br"),
      el("a", { href: variant.source, target: "_blank", rel: "noopener noreferrer" }, variant.source),
      (variant.since || variant.until) && ` (${variant.since ? `since ${variant.since}` : ""}${variant.until ? ` until ${variant.until}` : ""})`),
    el("h2", {}, "Payload"),
    payload, verdict,
    el("div", { class: "send-bar" },
      el("label", {}, "Person", person), el("label", {}, "Tampered", fault),
      el("button", { class: "button primary", type: "button", onclick: send }, "Send"),
      el("button", { class: "button", type: "button", onclick: async () => {
        const preview = await attempt(async () => post("events/preview", wanted()));
        if (preview) copy(preview.curl);
      } }, "Copy as curl"),
      el("button", { class: "button plain", type: "button", onclick: () => { renew(); toast("The payload is as documented again."); } }, "Start over")),
    outcome);
  pane.scrollTop = 0;
  await renew();
}
