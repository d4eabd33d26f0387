// Keys that work wherever the focus is: "/" for the search of a page, j and k for the next
// and the previous, Escape to close what is open, "?" to say so. A page that has no list has
// none of the keys for one.

import { dismissToast, el } from "./dom.js";

// meanings are the keys of a page and what they do, as far as it has them.
const meanings = (keys, composes) => [
  keys?.["/"] && ["/", "Filter, or find"],
  keys?.j && ["j, k", "The next, the previous"],
  keys?.j && ["Enter", "Open it"],
  ["Esc", keys?.Escape ? "Close it; in a field, leave the field" : "Close a message"],
  composes && ["Tab", "From a thread to the message that you write"],
  ["?", "These keys"],
].filter(Boolean);

// help shows the keys.
function help(keys, composes) {
  const box = el("dialog", { "aria-labelledby": "keys" }, el("form", { class: "fields", method: "dialog" },
    el("h2", { id: "keys" }, "Keys"),
    el("dl", { class: "facts" }, meanings(keys, composes).map(([key, does]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)])),
    el("button", { class: "button" }, "Close")));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

// press lets a page act on its keys, a function for each. While somebody writes, only
// Escape is one. composes says that the page is one on which somebody writes a message.
export function press(event, { keys, composes } = {}) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (writing && event.key !== "Escape") return;
  // What can be pressed is pressed by Enter, and what plays has keys of its own.
  if (event.key === "Enter" && event.target.closest?.("button, a[href], summary")) return;
  if (event.key !== "Escape" && event.target.closest?.("audio, video")) return;
  if (event.key === "Escape" && dismissToast()) {
    event.preventDefault();
    return;
  }
  const act = event.key === "?" ? () => help(keys, composes) : keys?.[event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
}
