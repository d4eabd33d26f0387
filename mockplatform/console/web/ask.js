// A dialog that asks for something.

import { add, attempt, el } from "./dom.js";

let asked = 0; // gives each dialog's heading an id of its own

// ask opens a dialog with fields. What is pressed is called send; done is called then,
// and the dialog closes unless it returns undefined, as an attempt that failed does. Where
// there is nothing to be done, done is left out, and there is nothing to cancel.
export function ask(title, fields, send, done) {
  const id = `ask-${++asked}`;
  const box = el("dialog", { "aria-labelledby": id });
  const form = el("form", { class: "fields", onsubmit: async (event) => {
    event.preventDefault();
    if (!done || await attempt(done) !== undefined) box.close();
  } }, el("h2", { id }, title), fields, el("div", { class: "row" },
    el("button", { class: "button primary", type: "submit" }, send),
    done && el("button", { class: "button", type: "button", onclick: () => box.close() }, "Cancel")));
  box.addEventListener("close", () => box.remove());
  document.body.append(add(box, [form]));
  box.showModal();
  return box;
}
