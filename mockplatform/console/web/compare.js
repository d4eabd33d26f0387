// Two exchanges side by side.

import { el, fill, moment } from "./dom.js";
import { get } from "./api.js";
import { diff } from "./diff.js";
import { laidOut } from "./jsontext.js";
import { rows } from "./stream.js";

// partner is the number of the exchange with which somebody is likely to compare one: the
// one that it repeats, the attempt before, or else the nearest that is like it.
export function partner(x) {
  const repeated = x.faults?.map((f) => /^exchange (\d+) again/.exec(f)?.[1]).find(Boolean);
  if (repeated) return Number(repeated);
  const before = rows.filter((y) => y.seq < x.seq && y.kind === x.kind).reverse();
  const found = before.find((y) => x.delivery_id && y.delivery_id === x.delivery_id) ??
    before.find((y) => String(y.variants) === String(x.variants) && y.method === x.method) ??
    before[0] ?? rows.find((y) => y.seq > x.seq && y.kind === x.kind);
  return found?.seq;
}

// compareWith is the form that leads to the comparison of an exchange with another one,
// which is likely that of this number.
export function compareWith(x, likely) {
  const other = el("input", { type: "number", min: "1", required: true, "aria-label": "Number of the other exchange" });
  other.value = likely ?? "";
  return el("form", { class: "row compare-with", onsubmit: (event) => {
    event.preventDefault();
    location.hash = `#/timeline/${x.seq}/${other.value}`;
  } }, "Compare with exchange", other, el("button", { class: "button", type: "submit" }, "Compare"));
}

// comparison fills a pane with two exchanges; close closes it. It returns what shows those
// of two numbers.
export function comparison(pane, close) {
  let latest = 0; // the newest request; answers to older ones come too late
  return async function show(left, right) {
    const mine = ++latest;
    const head = () => el("header", {}, el("h2", {}, "Exchanges ", link(left), " and ", link(right)),
      el("button", { class: "button plain", type: "button", onclick: close, "aria-label": "Close the comparison" }, "✕"));
    let both;
    try {
      both = await Promise.all([left, right].map((seq) => get(`exchanges/${seq}`)));
    } catch (error) {
      if (mine === latest) fill(pane, head(), el("p", { class: "note bad" }, error.message));
      return;
    }
    if (mine !== latest) return;
    const only = el("input", { type: "checkbox", onchange: () => pane.classList.toggle("only-differences", only.checked) });
    only.checked = pane.classList.contains("only-differences");
    const parts = sections.map(([title, lines]) => [title, diff(lines(both[0]), lines(both[1]))]);
    fill(pane, head(), el("label", { class: "check" }, only, "Only what differs"),
      parts.map(([title, lines]) => lines.length > 0 && part(title, lines)));
  };
}

const link = (seq) => el("a", { href: `#/timeline/${seq}` }, `#${seq}`);

const lines = (message) => message.headers.map((h) => `${h.name}: ${h.value}`);
// Escapes stay: they are a difference of bytes.
const body = ({ body: content }) => {
  if (content.size === 0) return [];
  return (laidOut(content.text, false) ?? content.text ?? content.bytes).split("\n");
};

const sections = [
  ["About", (x) => [
    `${x.kind} ${x.variants?.join(", ") ?? ""}`.trim(), `At ${moment(x.at)}`, x.settled ? `Took ${x.duration_ms} ms` : "Not over yet", `Person ${x.person ?? "nobody"}`,
    ...(x.faults ?? []).map((f) => `Done on purpose: ${f}`), ...(x.error ? [`Failed: ${x.error}`] : []),
  ]],
  ["Request", (x) => [`${x.method ?? ""} ${x.url ?? ""} ${x.request.proto ?? ""}`, ...lines(x.request)]],
  ["Request: body", (x) => body(x.request)],
  ["Answer", (x) => (x.status ? [`${x.response.proto ?? ""} ${x.status}`, ...lines(x.response)] : [])],
  ["Answer: body", (x) => body(x.response)],
];

function part(title, list) {
  const differ = list.filter((row) => !row.same).length;
  return el("section", {}, el("div", { class: "headline" }, el("h3", {}, title),
    el("span", { class: `badge ${differ ? "warn" : "good"}` }, differ === 0 ? "the same" : differ === 1 ? "1 line differs" : `${differ} lines differ`)),
  el("table", { class: "sides", "aria-label": `${title}, side by side` }, el("colgroup", {}, el("col"), el("col", { class: "mark" }), el("col")),
    el("tbody", {}, list.map((row) => el("tr", { class: row.same ? "same" : "differs" },
      el("td", {}, row.left ?? ""), el("td", {}, row.same ? "" : el("span", { role: "img", "aria-label": "differs from" }, "≠")), el("td", {}, row.right ?? ""))))));
}
