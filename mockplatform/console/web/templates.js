// Messages as Messenger shows them. Pictures are not fetched: their address
// stands in their place.

import { el, webAddress } from "./dom.js";

// bubble is a text.
export const bubble = (text) => el("p", { class: "bubble" }, text);

// card is a template of the page; press is called with a button that is pressed.
export function card(template, press) {
  const elements = template.elements ?? [];
  if (elements.length === 0) {
    return el("div", { class: "template" },
      el("p", { class: "words" }, template.text || `A template of the type ${template.template || "that is not named"}`),
      buttons(template.buttons, press));
  }
  const parts = elements.map((e) => el("li", { class: "template" },
    e.image && picture(e.image),
    el("p", { class: "words" },
      el("span", { class: "title" }, e.title ?? ""), e.subtitle && el("br"), e.subtitle && el("span", { class: "soft" }, e.subtitle)),
    buttons(e.buttons, press)));
  return el("div", {},
    template.text && bubble(template.text),
    // What scrolls must be reachable by keyboard.
    el("ul", { class: "carousel", tabindex: elements.length > 1 ? "0" : false, "aria-label": "Cards" }, parts),
    template.buttons?.length > 0 && el("div", { class: "template" }, buttons(template.buttons, press)));
}

const picture = (address) => el("p", { class: "picture" }, "Picture, not loaded", el("br"), address);

function buttons(list, press) {
  return (list ?? []).map((b) => {
    const address = b.url && webAddress(b.url);
    if (address) {
      return el("a", { class: "press", href: address, target: "_blank", rel: "noopener noreferrer", title: address }, b.title || address);
    }
    if (b.type !== "postback") {
      return el("button", { class: "press", type: "button", disabled: true, title: `A button of the type ${b.type}` }, b.title || b.type);
    }
    return el("button", { class: "press", type: "button", onclick: () => press(b) }, b.title);
  });
}

// attachments are files that came with a message.
export function attachments(list) {
  return (list ?? []).map((a) => el("p", { class: "bubble" }, `${a.type || "attachment"}: ${a.url || a.name || "without an address"}`));
}

// menu is the persistent menu; press is called with an item that is pressed.
export function menu(items, press) {
  return el("ul", {}, items.map((item) => {
    const address = item.url && webAddress(item.url);
    if (item.type === "nested") return el("li", {}, el("span", { class: "group" }, item.title), menu(item.nested ?? [], press));
    if (address) return el("li", {}, el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, item.title, " ↗"));
    return el("li", {}, el("button", { type: "button", disabled: item.type !== "postback", onclick: () => press(item) }, item.title));
  }));
}
