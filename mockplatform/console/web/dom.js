// What pages are made of. Text goes into text nodes, whatever it holds: there is
// no way to write markup here.

const svgTags = new Set(["svg", "path", "circle"]);

// el makes an element. Of its properties, those that begin with "on" are
// listeners, class is the class, and the rest are attributes; false, null and
// undefined leave one out. Children are nodes, texts or lists of them.
export function el(tag, properties, ...children) {
  const node = svgTags.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

// add appends children; false, null and undefined are none.
export function add(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(node, child);
    else if (child !== false && child !== null && child !== undefined) node.append(child);
  }
  return node;
}

// fill replaces what is in a node.
export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

// keep makes the children of a list those of items, in their order. An item that
// has not changed keeps its element, and with it focus and scrolling.
export function keep(list, items, key, make) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const id = key(item);
    const text = JSON.stringify(item);
    const old = before.get(id);
    if (old && old.dataset.text === text) return old;
    const fresh = make(item);
    fresh.dataset.key = id;
    fresh.dataset.text = text;
    return fresh;
  });
  arrange(list, wanted);
}

// arrange makes nodes the children of a node, in their order. Those that are
// there already are not moved, which would cost them focus and scrolling.
export function arrange(node, wanted) {
  for (const child of [...node.children]) {
    if (!wanted.includes(child)) child.remove();
  }
  wanted.forEach((child, i) => {
    if (node.children[i] !== child) node.insertBefore(child, node.children[i] ?? null);
  });
}

const filled = new WeakMap(); // the data that a node was filled with

// refill fills a node with what make returns for the data, unless it was filled
// with the same data before: what is there keeps its focus, and can be pressed
// while something else is drawn.
export function refill(node, data, make) {
  const text = JSON.stringify(data);
  if (filled.get(node) === text) return;
  filled.set(node, text);
  fill(node, make(data));
}

const mostToasts = 3;

// toast says something above the page, where it covers nothing. What went wrong stays
// until it is dismissed, the rest passes.
export function toast(text, kind = "") {
  const dialog = document.querySelector("dialog[open]"); // behind which nothing can be pressed
  const toasts = dialog ?? document.getElementById("toasts");
  const node = el("p", { class: `toast ${kind}`, role: dialog ? "alert" : false }, text,
    el("button", { class: "dismiss", type: "button", "aria-label": "Dismiss", onclick: () => node.remove() }));
  toasts.append(node);
  const all = toasts.querySelectorAll(".toast");
  if (all.length > mostToasts) all[0].remove();
  if (kind !== "bad") setTimeout(() => node.remove(), 4000);
}

// dismissToast takes the newest toast away, and says whether there was one.
export function dismissToast() {
  const newest = document.getElementById("toasts").lastElementChild;
  newest?.remove();
  return Boolean(newest);
}

// plural is a number with its noun.
export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

// attempt runs an action and says why it failed.
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(error.message, "bad");
    return undefined;
  }
}

// copy puts text on the clipboard. Without the permission it shows the text.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    const area = el("textarea", { rows: 10, readonly: true, "aria-label": "Text to copy" });
    area.value = text;
    const box = el("dialog", { "aria-label": "Copy this" },
      el("div", { class: "fields" }, area, el("form", { method: "dialog" }, el("button", { class: "button" }, "Close"))));
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
    area.select();
  }
}

// webAddress is a URL that a link may lead to; null for any other text.
export function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

// clockTime is the time of day of an instant, to the millisecond.
export function clockTime(at) {
  const date = new Date(at);
  return Number.isNaN(date.valueOf()) ? "" : date.toLocaleTimeString("en-GB") + "." + String(date.getMilliseconds()).padStart(3, "0");
}

// moment is an instant with its day.
export function moment(at) {
  const date = new Date(at);
  return Number.isNaN(date.valueOf()) ? "" : date.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
