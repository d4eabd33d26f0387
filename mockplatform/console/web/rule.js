// The form of a rule, made from the table of faults that the platform has.

import { attempt, el, fill } from "./dom.js";

const targets = [["delivery", "Deliveries to the receiver"], ["graph", "Answers of the Graph API"]];

// ruleForm lets somebody write a rule, and calls send with it. known are the
// faults, the rest is what rules can be about.
export function ruleForm({ known, edges, people, variants }, send) {
  const fault = el("select", { name: "fault", onchange: draw }, targets.map(([target, label]) =>
    el("optgroup", { label }, known.filter((k) => k.target === target).map((k) => el("option", { value: k.name }, k.title)))));
  const kind = () => known.find((k) => k.name === fault.value);
  const meaning = el("p", { class: "small soft" });
  const parameters = el("div", { class: "fields" });
  const filters = el("div", { class: "fields" });
  const when = schedule();
  const select = (name, all, options, onchange) => el("select", { name, onchange }, el("option", { value: "" }, all),
    options.map(([value, text]) => el("option", { value }, text)));

  // What is chosen here stays when another fault is, if that has it too.
  const variant = el("select", { name: "variant" });
  const field = select("field", "Any", [...new Set(variants.map((v) => v.field))].filter(Boolean).sort().map((f) => [f, f]), narrow);
  const about = {
    person: ["For", select("person", "Everybody", people.map((p) => [p.name, p.name]))],
    field: ["Webhook field", field],
    variant: ["Event", variant],
    edge: ["Call", select("edge", "Any", edges.map((e) => [e, e === "messages" ? "messages, the Send API" : e]))],
  };
  // narrow offers the events of the chosen field: a rule about both another one's
  // event and the field would be about nothing.
  function narrow() {
    const before = variant.value;
    const offered = variants.filter((v) => !field.value || v.field === field.value);
    fill(variant, el("option", { value: "" }, "Any"), offered.map((v) => el("option", { value: v.id }, v.id)));
    variant.value = offered.some((v) => v.id === before) ? before : "";
  }

  function draw() {
    const k = kind();
    meaning.textContent = k?.description ?? "";
    fill(parameters, (k?.params ?? []).map(parameter));
    const names = Object.keys(about).filter((name) => k?.filters.includes(name));
    fill(filters, names.map((name) => el("label", {}, about[name][0], about[name][1])));
  }
  narrow();
  draw();

  const rule = () => {
    const { params, filters: names } = kind();
    return {
      fault: fault.value,
      params: Object.fromEntries(params.map((p) => [p.name, valueOf(p, parameters.querySelector(`[name="${CSS.escape(p.name)}"]`))])),
      ...Object.fromEntries(names.map((name) => [name, about[name][1].value]).filter(([, value]) => value)),
      ...when.value(),
    };
  };
  return el("form", { class: "fields", onsubmit: (event) => {
    event.preventDefault();
    attempt(() => send(rule()));
  } }, el("label", {}, "What", fault), meaning, parameters, filters, when.fields,
  el("button", { class: "button primary", type: "submit" }, "Put in force"));
}

// parameter is the field of a parameter, with its default, unit and bounds.
function parameter(p) {
  const properties = { name: p.name, value: brief(p.default), autocomplete: "off", required: true };
  const field = {
    choice: () => el("select", { name: p.name }, p.choices.map((c) => el("option", { value: c }, c))),
    count: () => el("input", { ...properties, type: "number", min: p.min, max: p.max, step: "1" }),
    duration: () => el("input", properties),
  }[p.type]();
  const bounds = p.type !== "choice" && ` From ${brief(p.min)} to ${brief(p.max)}${p.unit ? ` ${p.unit}` : ""}.`;
  return el("label", {}, p.name, field, el("span", { class: "small soft" }, p.description, bounds));
}

// brief is the value of a parameter without what a duration has of nothing: 36h
// for 36h0m0s.
export const brief = (value) => String(value).replace(/([hm])0s$/, "$1").replace(/h0m$/, "h");

const valueOf = (p, field) => (p.type === "count" ? Number(field.value) : field.value);

// schedule asks how often: value() is what a rule says of it.
function schedule() {
  const number = el("input", { name: "number", type: "number", value: "1", required: true });
  const label = el("span");
  const asked = el("label", {}, label, number);
  const ways = {
    next: { text: "The next so many", label: "How many", bounds: { min: "1", step: "1" }, rule: (n) => ({ next: n }) },
    every: { text: "One in so many", label: "One in", bounds: { min: "1", step: "1" }, rule: (n) => ({ every: n }) },
    chance: { text: "By chance", label: "Per cent", bounds: { min: "0.01", max: "100", step: "any" }, rule: (n) => ({ probability: n / 100 }) },
    always: { text: "Until it is removed", rule: () => ({}) },
  };
  const when = el("select", { name: "when", onchange: draw }, Object.entries(ways).map(([value, way]) => el("option", { value }, way.text)));
  function draw() {
    const way = ways[when.value];
    asked.hidden = number.disabled = !way.bounds;
    for (const name of ["min", "max", "step"]) number.removeAttribute(name);
    for (const [name, bound] of Object.entries(way.bounds ?? {})) number.setAttribute(name, bound);
    label.textContent = way.label ?? "";
  }
  draw();
  return { fields: [el("label", {}, "When", when), asked], value: () => ways[when.value].rule(Number(number.value)) };
}
