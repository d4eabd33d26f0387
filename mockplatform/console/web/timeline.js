// Every exchange as it comes. Only the rows in sight are in the page, so that
// ten thousand scroll like ten.

import { clockTime, el, fill } from "./dom.js";
import { listen, rows } from "./stream.js";
import { badge, detail } from "./detail.js";

export const title = "Timeline";

const spare = 8; // rows above and below those in sight

export function show(main) {
  let shown = rows; // what the filters let through
  let chosen = null; // the number in the detail
  let active = null; // the number that the keyboard is on
  let tail = true; // follow what comes
  const narrow = window.matchMedia("(max-width: 1000px)");
  const height = () => (narrow.matches ? 56 : 40);

  const kind = el("select", { "aria-label": "Kind", onchange: filter }, el("option", { value: "" }, "All kinds"),
    ["delivery", "send", "graph", "verification", "receipt", "line", "unknown"].map((k) => el("option", { value: k }, k)));
  const person = el("select", { "aria-label": "Person", onchange: filter }, el("option", { value: "" }, "Everybody"));
  const text = el("input", { type: "search", placeholder: "Filter", "aria-label": "Filter by text", oninput: filter });
  const failed = el("input", { type: "checkbox", onchange: filter });
  const count = el("p", { class: "count", role: "status" });
  const inner = el("div", { class: "rows", role: "presentation" });
  const list = el("div", {
    class: "list", role: "listbox", tabindex: "0", "aria-label": "Exchanges", onscroll: scrolled, onkeydown: key, onclick: click,
  }, inner);
  const pane = el("aside", { class: "detail", hidden: true, "aria-label": "Exchange" });
  const open = detail(pane, close);
  const frame = el("div", { class: "time" },
    el("div", { class: "filters" }, el("h1", {}, "Timeline"), text, kind, person, el("label", { class: "check" }, failed, "Failed only"), count), list, pane);
  fill(main, frame);

  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = !words.length && !kind.value && !person.value && !failed.checked;
    shown = all ? rows : rows.filter((x) =>
      (!kind.value || x.kind === kind.value) && (!person.value || x.person === person.value) &&
      (!failed.checked || x.settled && (x.error || x.status < 200 || x.status > 299)) &&
      words.every((w) => haystack(x).includes(w)));
    count.textContent = shown.length === rows.length ? `${rows.length} exchanges` : `${shown.length} of ${rows.length}`;
    draw();
  }

  // draw puts the rows in sight into the page; rows that are there are used again.
  function draw() {
    const h = height();
    const total = shown.length * h;
    inner.style.height = `${total}px`;
    if (tail) list.scrollTop = total;
    const first = Math.max(0, Math.floor(list.scrollTop / h) - spare);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / h) + spare);
    const there = new Map([...inner.children].map((node) => [Number(node.dataset.seq), node]));
    for (let i = first; i < last; i++) {
      const x = shown[i];
      let node = there.get(x.seq);
      if (!node) {
        node = el("div", { class: "exchange", role: "option", id: `x${x.seq}` });
        node.dataset.seq = x.seq;
        inner.append(node);
      }
      // A row that changes stays, so that a click on it is not lost.
      if (node.row !== x) fill(node, cells(x));
      node.row = x;
      there.delete(x.seq);
      node.style.top = `${i * h}px`;
      node.setAttribute("aria-posinset", i + 1);
      node.setAttribute("aria-setsize", shown.length);
      node.setAttribute("aria-selected", String(x.seq === chosen));
      node.classList.toggle("active", x.seq === active);
    }
    for (const node of there.values()) node.remove();
    if (active !== null && document.getElementById(`x${active}`)) list.setAttribute("aria-activedescendant", `x${active}`);
    else list.removeAttribute("aria-activedescendant");
  }

  let asked = 0;
  function scrolled() {
    tail = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  }

  function reveal(i) {
    const h = height();
    if (i * h < list.scrollTop) list.scrollTop = i * h;
    else if ((i + 1) * h > list.scrollTop + list.clientHeight) list.scrollTop = (i + 1) * h - list.clientHeight;
    tail = i === shown.length - 1;
    draw();
  }

  function key(event) {
    if (!shown.length) return;
    const at = shown.findIndex((x) => x.seq === active);
    const page = Math.max(1, Math.floor(list.clientHeight / height()) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? shown.length - 1 : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const i = Math.min(shown.length - 1, Math.max(0, to));
      active = shown[i].seq;
      reveal(i);
    } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
      event.preventDefault();
      location.hash = `#/timeline/${active}`;
    }
  }

  function click(event) {
    const node = event.target.closest(".exchange");
    if (!node) return;
    active = Number(node.dataset.seq);
    location.hash = `#/timeline/${active}`;
  }

  function close() {
    location.hash = "#/timeline";
    list.focus();
  }

  let people = "";
  const stop = listen((changed) => {
    const names = [...new Set(rows.map((x) => x.person).filter(Boolean))].sort();
    if (names.join("\n") !== people) {
      people = names.join("\n");
      const before = person.value;
      fill(person, el("option", { value: "" }, "Everybody"), names.map((name) => el("option", { value: name }, name)));
      person.value = names.includes(before) ? before : "";
    }
    filter();
    if (chosen !== null && changed?.has(chosen)) open(chosen);
  });
  const resized = new ResizeObserver(() => draw());
  resized.observe(list);
  filter();

  return {
    go([number]) {
      chosen = /^\d+$/.test(number ?? "") ? Number(number) : null;
      frame.classList.toggle("split", chosen !== null);
      pane.hidden = chosen === null;
      if (chosen !== null) {
        active = chosen;
        open(chosen);
        const i = shown.findIndex((x) => x.seq === chosen);
        if (i >= 0) reveal(i);
      }
      draw();
    },
    leave() {
      stop();
      resized.disconnect();
    },
  };
}

const haystack = (x) =>
  (x.haystack ??= [x.seq, x.kind, x.person, x.method, x.url, x.status, x.brief, x.error, ...(x.variants ?? []), ...(x.faults ?? [])].join(" ").toLowerCase());

// cells are what a row shows.
function cells(x) {
  const out = x.direction === "to-receiver";
  return [
    el("span", { class: "at" }, clockTime(x.at)),
    el("span", { class: `arrow ${out ? "out" : "in"}`, "aria-hidden": "true" }, out ? "→" : "←"),
    el("span", { class: "kind" }, el("span", { class: "badge" }, x.kind), el("span", { class: "hidden-text" }, out ? " to the receiver" : " from the receiver")),
    el("span", { class: "person" }, x.person ?? ""),
    el("span", { class: "what" }, el("b", {}, x.variants?.join(", ") || (x.kind === "delivery" || x.kind === "send" && x.brief ? "" : `${x.method ?? ""} ${path(x.url)}`)),
      " ", el("span", { class: "soft" }, x.brief ?? ""), x.faults?.length > 0 && el("span", { class: "badge warn" }, x.faults.join(", "))),
    el("span", { class: "status-cell" }, badge(x)),
    el("span", { class: "took" }, x.settled ? took(x.duration_ms) : ""),
  ];
}

const took = (ms) => (ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`);

function path(url) {
  if (!url) return "";
  const target = url.replace(/^https?:\/\/[^/]+/, "");
  return target.replace(/[?&](access_token|hub\.[a-z_]+)=[^&]*/g, "");
}
