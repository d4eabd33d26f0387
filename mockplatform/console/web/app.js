// The frame: which page is shown, and how receiver and connection are.

import { el, moment, refill, toast } from "./dom.js";
import { get } from "./api.js";
import { press } from "./keys.js";
import { states } from "./states.js";
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

// route shows the page that the address names: #/timeline/7?kind=send. A page that is
// shown already is only told about its part of the address.
function route() {
  const [path, query] = location.hash.replace(/^#\//, "").split("?");
  const [name, ...parts] = path.split("/").map(decode);
  const chosen = pages[name] ? name : "conversation";
  if (name && !pages[name]) toast(`There is no page “${name}”; this is the conversation.`, "bad");
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.hash === `#/${chosen}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown.name !== chosen) {
    shown.page?.leave();
    shown = { name: chosen, page: pages[chosen].show(main) };
    document.title = `${pages[chosen].title} · Referee`;
    main.scrollTop = 0;
    main.focus({ preventScroll: true });
  }
  shown.page.go(parts, new URLSearchParams(query));
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const recheck = 2000; // ms until the disk is looked at again that took nothing

// look shows how receiver, disk and a virtual clock are. What changes meanwhile is looked
// at once more; what has not changed is not said again.
let looking = false;
let again = false;
let retry = 0;
async function look() {
  again = looking;
  if (looking) return;
  looking = true;
  let setup = null;
  try {
    setup = await get("setup");
  } catch {
    // It is shown as not connected.
  }
  looking = false;
  const unsaved = setup?.journal.error;
  const receiver = setup?.receiver;
  refill(status, {
    lost: setup === null || connection === "lost", unsaved, url: receiver?.url, state: receiver?.state, problem: receiver?.problem,
    clock: setup?.clock.virtual && moment(setup.clock.now),
  }, badges);
  if (unsaved) {
    retry ||= setTimeout(() => {
      retry = 0;
      look();
    }, recheck);
  }
  if (again) look();
}

function badges({ lost, unsaved, clock, url, state, problem }) {
  const [kind, text, meaning] = states[state] ?? [];
  return [
    lost && el("span", { class: "badge bad" }, "Not connected"),
    unsaved && el("a", { class: "badge bad", href: "#/setup", title: unsaved }, "Nothing is saved"),
    clock && el("span", { class: "clock mono", title: "The virtual clock" }, clock),
    url && el("span", { class: "url mono" }, url),
    state && el("span", { class: `badge ${kind}`, title: [meaning, problem].filter(Boolean).join(": ") }, text),
  ];
}

let due = 0;
function lookSoon() {
  due ||= setTimeout(() => {
    due = 0;
    look();
  }, 300);
}

// The link that skips the bar must not change the address, which names the page.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", route);
document.addEventListener("keydown", (event) => press(event, shown.page ?? undefined));
document.addEventListener("setup-changed", lookSoon);
route();
listen(lookSoon);
start((state) => {
  if (state === connection) return;
  connection = state;
  look();
});
