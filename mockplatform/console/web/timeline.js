// Every exchange as it comes. Only the rows in sight are in the page, so that
// ten thousand scroll like ten.

import { address, stay } from "./address.js";
import { clockTime, el, fill, plural, toast } from "./dom.js";
import { listen, omitted, rows } from "./stream.js";
import { comparison } from "./compare.js";
import { badge, detail } from "./detail.js";

export const title = "Timeline";

const spare = 8; // rows above and below those in sight

export function show(main) {
  let shown = rows; // what the filters let through
  let chosen = null; // the number in the detail
  let other = null; // the one that it is compared with
  let active = null; // the number that the keyboard is on
  let tail = true; // follow what comes
  let top = null; // the row at the upper edge, and by how much it is above that
  const narrow = window.matchMedia("(max-width: 1000px)");
  const height = () => (narrow.matches ? 56 : 40);

  const kind = el("select", { "aria-label": "Kind", onchange: refine }, el("option", { value: "" }, "All kinds"),
    ["delivery", "send", "graph", "verification", "receipt", "line", "unknown"].map((k) => el("option", { value: k }, k)));
  const person = el("select", { "aria-label": "Person", onchange: refine }, el("option", { value: "" }, "Everybody"));
  const text = el("input", { type: "search", placeholder: "Filter", "aria-label": "Filter by text", oninput: refine });
  const failed = el("input", { type: "checkbox", onchange: refine });
  const count = el("p", { class: "count" });
  const found = el("p", { class: "hidden-text", role: "status" }); // says what a filter found, and not each exchange
  const inner = el("div", { class: "rows", role: "presentation" });
  const list = el("div", {
    class: "list", role: "listbox", tabindex: "0", "aria-label": "Exchanges", onscroll: scrolled, onkeydown: key, onclick: click,
  }, inner);
  const pane = el("aside", { class: "detail", hidden: true, "aria-label": "Exchange" });
  const one = detail(pane, close);
  const sides = el("section", { class: "detail sides-by-side", hidden: true, "aria-label": "Comparison" });
  const compare = comparison(sides, () => go(chosen));
  const frame = el("div", { class: "time" },
    el("div", { class: "filters" }, el("h1", {}, "Timeline"), text, kind, person, el("label", { class: "check" }, failed, "Failed only"), count, found), list, pane, sides);
  fill(main, frame);

  // here is the address of an exchange under these filters.
  const here = (...numbers) => address(["timeline", ...numbers], { kind: kind.value, person: person.value, q: text.value, failed: failed.checked && "yes" });
  const go = (...numbers) => { location.hash = here(...numbers); };

  // refine is filter for somebody who changed one.
  function refine() {
    filter();
    found.textContent = count.textContent;
    stay(here(...[chosen, other].filter((n) => n !== null)));
  }

  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = !words.length && !kind.value && !person.value && !failed.checked;
    shown = all ? rows : rows.filter((x) =>
      (!kind.value || x.kind === kind.value) && (!person.value || x.person === person.value) &&
      (!failed.checked || x.settled && (x.error || x.status < 200 || x.status > 299)) &&
      words.every((w) => haystack(x).includes(w)));
    count.textContent = [
      shown.length === rows.length ? plural(rows.length, "exchange") : `${shown.length} of ${rows.length}`,
      omitted > 0 && `${omitted} older not kept`,
    ].filter(Boolean).join(", ");
    draw();
  }

  // draw puts the rows in sight into the page; rows that are there are used again.
  function draw() {
    const h = height();
    const total = shown.length * h;
    inner.style.height = `${total}px`;
    if (tail) list.scrollTop = total;
    const at = Math.floor(list.scrollTop / h);
    top = shown[at] && { seq: shown[at].seq, by: list.scrollTop - at * h };
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
      go(active);
    }
  }

  // step moves to the next row or the previous one, and opens it where one is open.
  function step(by) {
    if (!shown.length) return;
    const at = shown.findIndex((x) => x.seq === active);
    const i = Math.min(shown.length - 1, Math.max(0, at < 0 ? shown.length - 1 : at + by));
    active = shown[i].seq;
    if (chosen === null) list.focus();
    else location.replace(here(active)); // the way back leads out of the exchange, whichever it is
    reveal(i);
  }

  function click(event) {
    const node = event.target.closest(".exchange");
    if (!node) return;
    active = Number(node.dataset.seq);
    go(active);
  }

  function close() {
    go();
    list.focus();
  }

  // offer lists people to filter by. Somebody of whom there is nothing stays chosen, and
  // is said to be so.
  function offer(names, chosenName) {
    const missing = chosenName && !names.includes(chosenName) && el("option", { value: chosenName }, `${chosenName} (nothing here)`);
    fill(person, el("option", { value: "" }, "Everybody"), names.map((name) => el("option", { value: name }, name)), missing);
    person.value = chosenName;
  }

  let shownBefore = false;
  let names = [];
  const stop = listen((changed) => {
    const now = [...new Set(rows.map((x) => x.person).filter(Boolean))].sort();
    if (now.join("\n") !== names.join("\n")) {
      names = now;
      offer(names, person.value);
    }
    const read = tail ? null : top;
    filter();
    // Whoever reads stays there when the oldest rows go.
    const i = read ? shown.findIndex((x) => x.seq >= read.seq) : -1;
    if (i >= 0 && Math.abs(i * height() + read.by - list.scrollTop) >= 1) {
      list.scrollTop = i * height() + read.by;
      draw();
    }
    if (!pane.hidden) one.came(changed);
  });
  const resized = new ResizeObserver(() => draw());
  resized.observe(list);
  filter();

  return {
    keys: {
      "/": () => text.focus(),
      j: () => step(1),
      k: () => step(-1),
      Enter: () => active !== null && go(active),
      Escape: () => {
        if (document.activeElement?.closest("input, textarea, select")) list.focus();
        else if (other !== null) go(chosen);
        else if (chosen !== null) close();
      },
    },
    go([number, second], filters) {
      chosen = whole(number);
      other = whole(second);
      if (number && chosen === null) toast(`There is no exchange “${number}”.`, "bad");
      // A link that names an exchange alone leaves the filters as they are.
      if (shownBefore && chosen !== null && filters.size === 0) {
        stay(here(...[chosen, other].filter((n) => n !== null)));
      } else {
        if (filters.get("kind") && ![...kind.options].some((o) => o.value === filters.get("kind"))) toast(`There is no kind “${filters.get("kind")}” of exchanges.`, "bad");
        else kind.value = filters.get("kind") ?? "";
        text.value = filters.get("q") ?? "";
        failed.checked = filters.get("failed") === "yes";
        offer(names, filters.get("person") ?? "");
      }
      shownBefore = true;
      filter();
      frame.classList.toggle("split", chosen !== null && other === null);
      frame.classList.toggle("compared", chosen !== null && other !== null);
      pane.hidden = chosen === null || other !== null;
      sides.hidden = chosen === null || other === null;
      if (chosen !== null) {
        active = chosen;
        if (other === null) one.show(chosen);
        else compare(chosen, other);
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

const whole = (text) => (/^\d+$/.test(text ?? "") ? Number(text) : null);

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
      " ", el("span", { class: "soft", dir: "auto" }, x.brief ?? ""), x.warnings?.length > 0 && el("span", { class: "badge warn", title: x.warnings.join("; ") }, "Meta would refuse it"), x.faults?.length > 0 && el("span", { class: "badge warn" }, x.faults.join(", "))),
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
