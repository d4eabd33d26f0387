// The frame: which page is shown, and how receiver and connection are.

import { el, fill } from "./dom.js";
import { get } from "./api.js";
import { listen, start } from "./stream.js";
import * as catalogue from "./catalogue.js";
import * as conversation from "./conversation.js";
import * as faults from "./faults.js";
import * as setup from "./setup.js";
import * as timeline from "./timeline.js";

const pages = { conversation, catalogue, timeline, faults, setup };
const main = document.getElementById("main");
const status = document.getElementById("status");
let shown = { name: "", page: null };
let connection = "lost";

// route shows the page that the address names: #/timeline/7. A page that is
// shown already is only told about its part of the address.
function route() {
  const [name, ...parts] = location.hash.replace(/^#\//, "").split("/").map(decode);
  const chosen = pages[name] ? name : "conversation";
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.hash === `#/${chosen}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown.name !== chosen) {
    const first = shown.page === null;
    shown.page?.leave();
    shown = { name: chosen, page: pages[chosen].show(main) };
    document.title = `${pages[chosen].title} · Referee`;
    main.scrollTop = 0;
    if (!first) main.focus({ preventScroll: true });
  }
  shown.page.go(parts);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const states = {
  none: ["warn", "No receiver"], active: ["good", "Active"], alert: ["warn", "Alert"], disabled: ["bad", "Disabled"],
};

// look shows how the receiver is doing.
let looking = false;
async function look() {
  if (looking) return;
  looking = true;
  try {
    const { receiver } = await get("setup");
    const [kind, text] = states[receiver.state] ?? ["", receiver.state];
    fill(status,
      connection === "lost" && el("span", { class: "badge bad" }, "Not connected"),
      receiver.url && el("span", { class: "url mono" }, receiver.url),
      el("span", { class: `badge ${kind}` }, text));
  } catch {
    fill(status, el("span", { class: "badge bad" }, "Not connected"));
  } finally {
    looking = false;
  }
}

let due = 0;
function lookSoon() {
  due ||= setTimeout(() => {
    due = 0;
    look();
  }, 300);
}

window.addEventListener("hashchange", route);
document.addEventListener("setup-changed", look);
route();
listen(lookSoon);
start((state) => {
  if (state === connection) return;
  connection = state;
  look();
});
