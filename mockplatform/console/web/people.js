// Those who talk to the page, and the filter that finds one of them.

import { el, keep } from "./dom.js";
import { place } from "./picture.js";
import { unread } from "./unread.js";

const manyPeople = 8; // from which on they can be searched

// kinds are as what people talk to the page.
export const kinds = { person: "Has an account", visitor: "Chat plugin, by user_ref", guest: "Chat plugin, as a guest", instagram: "On Instagram" };

// people is the list. choose is called with the name of who is pressed, add to add somebody,
// and filtered when the words of the filter are others.
export function people({ choose, add, filtered }) {
  let all = [];
  let who = null; // the name of who is chosen
  const list = el("ul", { "aria-label": "People" });
  const search = el("input", { type: "search", placeholder: "Find a person", "aria-label": "Find a person", hidden: true, oninput: () => {
    redraw();
    filtered();
  } });
  const nobody = el("p", { class: "empty", role: "status", hidden: true });
  const node = el("section", { class: "people", "aria-label": "People" },
    el("header", {}, el("h1", {}, "People"), el("button", { class: "button plain round", type: "button", "aria-label": "Add a person", onclick: add }, "+")), search, list, nobody);

  const one = (p) => el("li", {}, el("button", {
    class: "who", type: "button", "aria-current": p.current ? "true" : false,
    onclick: () => choose(p.name),
  }, el("span", { class: "face", "aria-hidden": "true" }, portrait(p)),
  el("span", { class: "words" }, el("span", { class: "name", dir: "auto" }, p.identity.name), el("span", { class: "more" }, kinds[p.kind] ?? p.kind)),
  p.unread > 0 && el("span", { class: "badge accent unread" }, String(p.unread), el("span", { class: "hidden-text" }, p.unread === 1 ? " new message" : " new messages"))));

  function redraw() {
    // A filter that an address has is seen, however few there are.
    search.hidden = all.length < manyPeople && search.value === "";
    const words = search.value.toLowerCase();
    const found = all.filter((p) => `${p.name} ${p.identity.name}`.toLowerCase().includes(words));
    const counts = unread(found.map((p) => p.name));
    keep(list, found.map((p) => ({ ...p, current: p.name === who, unread: p.name === who ? 0 : counts.get(p.name) })), (p) => p.name, one);
    nobody.hidden = found.length > 0 || words === "";
    const says = nobody.hidden ? "" : `No name has “${search.value}” in it.`;
    if (nobody.textContent !== says) nobody.textContent = says;
  }

  return {
    node,
    // words are those of the filter.
    words: () => search.value,
    find(words) {
      if (search.value === words) return;
      search.value = words;
      redraw();
    },
    draw(everybody, chosen) {
      all = everybody;
      who = chosen;
      redraw();
    },
    // beside is the name of the next in the list, or of the one before.
    beside(by) {
      const names = [...list.children].map((item) => item.dataset.key);
      return names[Math.min(names.length - 1, Math.max(0, names.indexOf(who) + by))];
    },
    // focus goes to the filter, and says whether there is one.
    focus() {
      search.focus();
      return !search.hidden;
    },
    // leave goes from the filter to who was found.
    leave() {
      if (document.activeElement === search) list.querySelector("button")?.focus();
    },
  };
}

// portrait is the picture that the Graph API has of somebody; the initial where it
// listens for others than this machine.
export function portrait({ name, identity }) {
  const at = place(identity.picture, 0);
  return at ? el("img", { src: at, alt: "" }) : [...name][0]?.toUpperCase() ?? "?";
}
