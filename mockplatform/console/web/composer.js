// Where a person writes: a text, an answer to a message, or another text for one.

import { add, el } from "./dom.js";
import { attach } from "./attach.js";

// draft is where the text of a person is kept that is not sent, over a reload too.
const draft = (name) => `draft:${name}`;

// composer is the form at the foot of a thread. act is called with what the person
// does, and says whether it was taken; left when the keyboard leaves the text.
export function composer(act, left) {
  let who = null; // whose text it is
  let about = null; // a message, and whether it is edited instead of replied to
  const text = el("input", { id: "compose", dir: "auto", placeholder: "Aa", autocomplete: "off", maxlength: "2000", "aria-label": "Message", oninput: keep, onkeydown: (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (about) turnTo(null);
    else left();
  } });
  const banner = el("p", { class: "about", role: "status", hidden: true });
  // The text comes first for the keyboard, and looks as if it came second.
  const form = el("form", { onsubmit: write }, text, el("button", { class: "button primary", type: "submit" }, "Send"), attach(act));

  function keep() {
    if (about?.edited || who === null) return;
    if (text.value) sessionStorage.setItem(draft(who), text.value);
    else sessionStorage.removeItem(draft(who));
  }

  // person changes whose text it is.
  function person(name) {
    if (name === who) return;
    turnTo(null);
    who = name;
    text.value = drafted();
  }

  const drafted = () => (who === null ? "" : sessionStorage.getItem(draft(who)) ?? "");

  async function write(event) {
    event.preventDefault();
    const said = text.value;
    if (!said.trim()) return;
    const before = about;
    if (!before?.edited) {
      text.value = "";
      keep();
    }
    turnTo(null);
    const action = before?.edited ? { type: "edit", mid: before.item.mid, text: said } : { type: "text", text: said, ...(before && { mid: before.item.mid }) };
    if (await act(action)) return;
    text.value = said;
    about = before;
    keep();
    show();
  }

  // turnTo says what is written now; null is a new message.
  function turnTo(next) {
    if (about?.edited) text.value = drafted();
    about = next;
    if (about?.edited) text.value = about.item.text;
    show();
    if (about) text.focus();
  }

  function show() {
    banner.hidden = !about;
    banner.replaceChildren();
    if (!about) return;
    add(banner, [about.edited ? "Editing " : "Replying to ", el("q", {}, summary(about.item)),
      el("button", { class: "button plain", type: "button", "aria-label": "Write a new message instead", onclick: () => turnTo(null) }, "×")]);
  }

  return { form, banner, reply: (item) => turnTo({ item }), edit: (item) => turnTo({ item, edited: true }), person, focus: () => text.focus() };
}

// summary is what a message says, in a few words.
export function summary(item) {
  const said = item.unsent ? "a message that was unsent" : item.text || item.card?.title || item.card?.text || item.card?.elements?.[0]?.title || item.attachments?.[0]?.type || "a message";
  return said.length > 60 ? `${said.slice(0, 60)}…` : said;
}
