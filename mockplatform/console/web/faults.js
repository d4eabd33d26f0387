// What the platform does wrong on purpose.

import { attempt, el, fill, keep, refill, toast } from "./dom.js";
import { get, post, remove } from "./api.js";
import { brief, ruleForm } from "./rule.js";
import { listen } from "./stream.js";

export const title = "Faults";

export function show(main) {
  const tbody = el("tbody");
  const rules = el("section", { class: "card wide", "aria-labelledby": "rules" });
  const form = el("section", { class: "card", "aria-labelledby": "new-rule" });
  const single = el("section", { class: "card", "aria-labelledby": "single" });
  fill(main, el("div", { class: "page" }, el("h1", {}, "Faults"),
    el("p", { class: "soft" }, "A receiver shows what it is worth when things go wrong. Rules spoil deliveries and answers of the Graph API until they are removed."),
    el("div", { class: "grid" }, rules, form, single)));

  async function load(first) {
    await attempt(async () => {
      const state = await get("faults");
      drawRules(state);
      if (first) await drawForms(state);
    });
  }

  function drawRules({ available, rules: list }) {
    refill(rules, [available, list.length > 0], () => [el("h2", { id: "rules" }, "In force"),
      !available && el("p", { class: "note" }, "This platform was started without fault rules. A single delivery can be tampered with all the same: in the catalogue, or from an exchange of the timeline."),
      available && list.length === 0 && el("p", { class: "soft" }, "Nothing goes wrong on purpose."),
      list.length > 0 && el("div", { class: "scroll" }, el("table", { class: "plain rules" },
        el("thead", {}, el("tr", {}, ["Fault", "For", "When", "Happened", ""].map((h) => el("th", { scope: "col" }, h)))),
        tbody))]);
    // A row stays while its counts change, and with it the button that may be
    // pressed just then.
    keep(tbody, list.map(({ applied, reached, over, ...rule }) => rule), (r) => r.id, drawRule);
    list.forEach((r, i) => {
      tbody.children[i].cells[2].textContent = schedule(r);
      tbody.children[i].cells[3].textContent = `${r.applied} of ${r.reached}`;
    });
  }

  const drawRule = (r) => el("tr", {},
    el("td", {}, el("code", {}, [r.fault, ...Object.values(r.params ?? {}).map(brief)].join(" "))),
    el("td", {}, [r.person || "everybody", r.variant, r.field, r.edge].filter(Boolean).join(", ")),
    el("td"), el("td"),
    el("td", {}, el("button", { class: "button danger", type: "button", "aria-label": `Remove the rule ${r.fault}`, onclick: () => attempt(async () => {
      await remove(`faults/${encodeURIComponent(r.id)}`);
      await load(false);
    }) }, "Remove")));

  const schedule = (r) => [
    r.every > 1 && `one in ${r.every}`, r.probability > 0 && r.probability < 1 && `by chance, ${percent(r.probability)}`, r.next > 0 && `the next ${r.next}`, r.over && "over",
  ].filter(Boolean).join(", ") || "until it is removed";

  const percent = (chance) => `${Number((chance * 100).toPrecision(6))} %`;

  async function drawForms({ available, known, edges }) {
    const [people, variants, tamperings] = await Promise.all([get("people"), get("variants"), get("tamperings")]);
    form.hidden = !available;
    fill(form, el("h2", { id: "new-rule" }, "Let something go wrong"),
      ruleForm({ known, edges, people, variants }, async (rule) => {
        await post("faults", rule);
        toast("The rule is in force.");
        await load(false);
      }));
    fill(single, el("h2", { id: "single" }, "For one delivery"),
      el("p", { class: "small soft" }, "In the catalogue, with an event; in the timeline, with a delivery that is sent again; in the control API as faults of POST /api/v1/events."),
      el("div", { class: "scroll" }, el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Name"), el("th", { scope: "col" }, "The delivery is sent…"))),
        el("tbody", {}, tamperings.map((t) => el("tr", {}, el("td", {}, el("code", {}, t.name)), el("td", {}, t.description)))))));
  }

  let due = 0;
  const soon = () => {
    due ||= setTimeout(() => {
      due = 0;
      load(false);
    }, 300);
  };
  const stop = listen(soon);
  document.addEventListener("setup-changed", soon);
  return {
    go() { load(true); },
    leave() {
      stop();
      document.removeEventListener("setup-changed", soon);
      clearTimeout(due);
    },
  };
}
