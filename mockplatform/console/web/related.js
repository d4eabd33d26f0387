// What belongs to an exchange: the calls that followed a delivery, the delivery that a call
// followed, and what that rests on.

import { clockTime, el } from "./dom.js";

const sections = [
  ["calls", "Calls that followed"], ["delivery", "The delivery that it followed"],
  ["told", "Deliveries that tell of its message"], ["tells_of", "It tells of the message of"],
];

// related is the section; null for an exchange to which nothing belongs.
export function related(r) {
  const found = sections.map(([name, title]) => [title, [r[name] ?? []].flat()]).filter(([, list]) => list.length > 0);
  if (found.length === 0) return null;
  return el("section", { class: "related" }, found.map(([title, list]) => [el("h3", {}, title), el("ul", {}, list.map(line))]),
    r.basis && el("p", { class: "small soft" }, r.basis));
}

const line = (x) => el("li", {}, el("a", { href: `#/timeline/${x.seq}` }, `#${x.seq}`), " ",
  el("span", { class: "badge" }, x.kind), " ", x.variants?.join(", ") || x.brief || `${x.method} ${x.url}`, " ",
  el("span", { class: "small soft" }, `${clockTime(x.at)}${x.settled ? `, ${x.status || x.error}` : ", not over yet"}`));
