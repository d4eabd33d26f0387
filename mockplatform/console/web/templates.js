// Messages of the page as Messenger shows them.

import { el, webAddress } from "./dom.js";
import { picture, place, player } from "./picture.js";

// bubble is a text.
export const bubble = (text) => el("p", { class: "bubble", dir: "auto" }, text);

// card is a template of the page. hands are what can be done with it: press with a
// button, survey and optIn with the card.
export function card(template, hands) {
  const draw = { receipt, coupon, customer_feedback: survey, notification_messages: optIn, one_time_notif_req: optIn }[template.template];
  return draw ? draw(template, hands) : carousel(template, hands);
}

const words = (title, subtitle) => (title || subtitle) && el("p", { class: "words", dir: "auto" },
  title && el("span", { class: "title" }, title), title && subtitle && el("br"), subtitle && el("span", { class: "soft" }, subtitle));

const link = (address, title) => el("a", { class: "press", href: address, target: "_blank", rel: "noopener noreferrer", title: address }, title);

// carousel is what has a text or elements, with buttons.
function carousel(template, hands) {
  const elements = template.elements ?? [];
  if (elements.length === 0) {
    return el("div", { class: "template" },
      template.image && picture(template.image, 0, ""),
      words(template.title, template.subtitle),
      el("p", { class: "words" }, template.text || !template.title && `A template of the type ${template.template || "that is not named"}`),
      buttons(template.buttons, hands));
  }
  const parts = elements.map((e) => el("li", { class: "template" },
    e.film ? player("video", e.image, 0, e.title) : e.image && picture(e.image, 0, e.title ?? "Picture"),
    words(e.title, e.subtitle),
    e.url && webAddress(e.url) && link(webAddress(e.url), "Open"),
    buttons(e.buttons, hands)));
  return el("div", {},
    template.text && bubble(template.text),
    // What scrolls must be reachable by keyboard.
    el("ul", { class: "carousel", tabindex: elements.length > 1 ? "0" : false, "aria-label": "Cards" }, parts),
    template.buttons?.length > 0 && el("div", { class: "template" }, buttons(template.buttons, hands)));
}

// receipt is an order with its lines and totals.
function receipt(template) {
  const r = template.receipt;
  const facts = [["Order", r.order], ["For", r.recipient], ["Paid with", r.payment], ["Shipped to", r.address]].filter(([, value]) => value);
  return el("div", { class: "template receipt" },
    words(r.merchant || "Receipt", ""),
    (template.elements ?? []).map((e) => el("div", { class: "line" },
      e.image && picture(e.image, 0, ""),
      el("p", {}, el("span", { class: "title" }, e.title), e.quantity && ` × ${e.quantity}`, e.subtitle && el("br"), e.subtitle && el("span", { class: "soft" }, e.subtitle)),
      el("p", { class: "amount" }, e.amount))),
    el("dl", { class: "facts" }, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    el("dl", { class: "totals" }, r.lines.map((line) => [el("dt", {}, line.name), el("dd", {}, line.amount)])),
    r.order_url && webAddress(r.order_url) && link(webAddress(r.order_url), "See the order"));
}

// coupon shows its code to who asks for it.
function coupon(template) {
  const c = template.coupon;
  return el("div", {},
    c.pre_message && bubble(c.pre_message),
    el("div", { class: "template" },
      template.image && picture(template.image, 0, ""),
      words(template.title, template.subtitle),
      c.code && el("details", {}, el("summary", { class: "press" }, "Get code"), el("p", { class: "words mono" }, c.code)),
      c.url && webAddress(c.url) && link(webAddress(c.url), c.url_title || "Shop now")));
}

function survey(template, hands) {
  const privacy = template.survey.privacy && webAddress(template.survey.privacy);
  return el("div", { class: "template" },
    words(template.title || "Feedback", template.subtitle),
    privacy && el("p", { class: "words small" }, el("a", { href: privacy, target: "_blank", rel: "noopener noreferrer" }, "Privacy policy")),
    el("button", { class: "press", type: "button", onclick: () => hands.survey(template) }, template.survey.button || "Rate"));
}

function optIn(template, hands) {
  const label = template.template === "one_time_notif_req" ? "Notify me" : "Get messages";
  return el("div", { class: "template" },
    template.image && picture(template.image, 0, ""),
    words(template.title, template.subtitle),
    el("button", { class: "press", type: "button", onclick: () => hands.optIn(template) }, label));
}

// titles are those that Messenger gives to buttons.
const titles = { account_link: "Log in", account_unlink: "Log out", game_play: "Play" };

function buttons(list, hands) {
  return (list ?? []).map((b) => {
    const title = b.title || titles[b.type] || b.type;
    const address = b.type === "web_url" && webAddress(b.url ?? "");
    if (address) return link(address, title);
    if (b.type === "phone_number") return el("a", { class: "press", href: `tel:${encodeURIComponent(b.payload ?? "")}`, title: b.payload }, title);
    return el("button", { class: "press", type: "button", onclick: () => hands.press(b) }, title);
  });
}

// attachments are files, places and links that came with a message.
export function attachments(item) {
  return (item.attachments ?? []).map((a) => {
    if (a.place) return bubble(`Place: ${a.place}`);
    const exchange = item.from === "page" ? item.exchange : 0; // with which its file may have come
    if (a.type === "image" || a.type === "sticker") return picture(a.url || a.name, exchange, a.type === "sticker" ? "Sticker" : "Image");
    if ((a.type === "video" || a.type === "audio") && place(a.url || a.name, exchange, "media")) return player(a.type, a.url || a.name, exchange);
    const address = a.url && webAddress(a.url);
    return el("p", { class: "bubble" }, `${a.type || "attachment"}: `,
      address ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address) : a.url || a.name || "sent with the message");
  });
}

// menu is the persistent menu; press is called with an item that is pressed.
export function menu(items, press) {
  return el("ul", {}, items.map((item) => {
    const address = item.url && webAddress(item.url);
    if (item.type === "nested") return el("li", {}, el("span", { class: "group" }, item.title), menu(item.nested ?? [], press));
    if (address) return el("li", {}, el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, item.title, " ↗"));
    return el("li", {}, el("button", { type: "button", onclick: () => press(item) }, item.title || item.type));
  }));
}
