// What the platform does wrong on purpose.

import { attempt, el, fill, keep, refill, toast } from "./dom.js";
import { get, post, remove } from "./api.js";
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

  let known = [];
  async function load(first) {
    await attempt(async () => {
      const state = await get("faults");
      known = state.known;
      drawRules(state);
      if (first) await drawForms(state);
    });
  }

  function drawRules({ available, rules: list }) {
    refill(rules, [available, list.length > 0], () => [el("h2", { id: "rules" }, "In force"),
      !available && el("p", { class: "note" }, "This platform was started without fault rules. A single delivery can be tampered with all the same: in the catalogue, or from an exchange of the timeline."),
      available && list.length === 0 && el("p", { class: "soft" }, "Nothing goes wrong on purpose."),
      list.length > 0 && el("div", { class: "scroll" }, el("table", { class: "plain" },
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
    el("td", {}, el("code", {}, [r.fault, ...Object.values(r.params ?? {})].join(" "))),
    el("td", {}, [r.person || "everybody", r.variant, r.field, r.edge].filter(Boolean).join(", ")),
    el("td"), el("td"),
    el("td", {}, el("button", { class: "button danger", type: "button", "aria-label": `Remove the rule ${r.fault}`, onclick: () => attempt(async () => {
      await remove(`faults/${encodeURIComponent(r.id)}`);
      await load(false);
    }) }, "Remove")));

  const schedule = (r) => [
    r.every > 1 && `one in ${r.every}`, r.probability > 0 && r.probability < 1 && `by chance, ${r.probability}`, r.next > 0 && `the next ${r.next}`, r.over && "over",
  ].filter(Boolean).join(", ") || "until it is removed";

  async function drawForms({ available }) {
    const [people, tamperings] = await Promise.all([get("people"), get("tamperings")]);
    form.hidden = !available;
    const fault = el("select", { onchange: describe }, [["delivery", "Deliveries to the receiver"], ["graph", "Answers of the Graph API"]].map(([target, label]) =>
      el("optgroup", { label }, known.filter((k) => k.target === target).map((k) => el("option", { value: k.name }, k.title)))));
    const meaning = el("p", { class: "small soft" });
    const parameters = el("div", { class: "fields" });
    const person = el("select", {}, el("option", { value: "" }, "Everybody"), people.map((p) => el("option", { value: p.name }, p.name)));
    const when = el("select", { onchange: () => { number.parentElement.hidden = when.value === "always"; } },
      el("option", { value: "next" }, "The next so many"), el("option", { value: "every" }, "One in so many"), el("option", { value: "always" }, "Until it is removed"));
    const number = el("input", { type: "number", min: "1", value: "1" });
    const chosen = () => known.find((k) => k.name === fault.value);
    function describe() {
      meaning.textContent = chosen()?.description ?? "";
      fill(parameters, (chosen()?.params ?? []).map((p) => el("label", {}, p.name,
        p.type === "choice" ? el("select", { name: p.name }, p.choices.map((c) => el("option", { value: c }, c))) : el("input", { name: p.name, value: String(p.default), autocomplete: "off" }),
        el("span", { class: "small soft" }, p.description))));
      for (const p of chosen()?.params ?? []) parameters.querySelector(`[name="${CSS.escape(p.name)}"]`).value = p.default;
    }
    const params = () => Object.fromEntries((chosen()?.params ?? []).map((p) => {
      const { value } = parameters.querySelector(`[name="${CSS.escape(p.name)}"]`);
      return [p.name, p.type === "count" ? Number(value) : value];
    }));
    describe();
    fill(form, el("h2", { id: "new-rule" }, "Let something go wrong"),
      el("form", { class: "fields", onsubmit: (event) => {
        event.preventDefault();
        attempt(async () => {
          const n = Number(number.value);
          await post("faults", {
            fault: fault.value, params: params(), ...(person.value && { person: person.value }),
            ...(when.value === "next" && { next: n }), ...(when.value === "every" && { every: n }),
          });
          toast("The rule is in force.");
          await load(false);
        });
      } }, el("label", {}, "What", fault), meaning, parameters, el("label", {}, "For", person), el("label", {}, "When", when), el("label", {}, "How many", number),
      el("button", { class: "button primary", type: "submit" }, "Put in force")));
    fill(single, el("h2", { id: "single" }, "For one delivery"),
      el("p", { class: "small soft" }, "In the catalogue, with an event; in the timeline, with a delivery that is sent again; in the control API as faults of POST /api/v1/events."),
      el("div", { class: "scroll" }, el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Name"), el("th", { scope: "col" }, "The delivery is sent…"))),
        el("tbody", {}, tamperings.map((t) => el("tr", {}, el("td", {}, el("code", {}, t.name)), el("td", {}, t.description)))))));
  }

  let due = 0;
  const stop = listen(() => {
    due ||= setTimeout(() => {
      due = 0;
      load(false);
    }, 500);
  });
  return {
    go() { load(true); },
    leave() {
      stop();
      clearTimeout(due);
    },
  };
}
