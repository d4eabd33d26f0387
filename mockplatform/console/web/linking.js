// Logging in with a button account_link: the bot's page is opened with a token and
// the address to come back to, which is the console.
// https://developers.facebook.com/docs/messenger-platform/identity/account-linking

import { attempt, el, toast, webAddress } from "./dom.js";
import { person as path, post } from "./api.js";
import { ask } from "./ask.js";

const valid = 5 * 60 * 1000; // milliseconds, as long as Meta's tokens are
const key = (token) => `linking ${token}`;

// logIn asks how to go on from the button.
export function logIn(button, person, act) {
  const token = `${person.psid}.${crypto.randomUUID()}`;
  const back = `${location.origin}/?account_linking_token=${token}`;
  const address = webAddress(button.url ?? "");
  const code = el("input", { autocomplete: "off", spellcheck: "false", placeholder: "the catalogue's example" });
  let page = null;
  if (address) {
    page = new URL(address);
    page.searchParams.set("account_linking_token", token);
    page.searchParams.set("redirect_uri", back);
  }
  const box = ask("Log in", [
    page && el("p", {}, el("a", { class: "button", href: page.href, target: "_blank", rel: "noopener noreferrer", onclick: () => {
      // What comes back is taken only by who was sent away from here.
      localStorage.setItem(key(token), JSON.stringify({ name: person.name, until: Date.now() + valid }));
      box.close();
    } }, "Open the log-in page")),
    page && el("p", { class: "small soft" }, `${page.origin} leads back here with its authorization_code, within five minutes. Or go on without it:`),
    el("label", {}, "authorization_code", code),
  ], "Link the account", () => act({ type: "account-link", ...(code.value && { authorization_code: code.value }) }));
}

// comeBack ends what logIn began, when the bot's page led back to the console. It
// returns whose thread it is; null when nobody came back.
export async function comeBack() {
  const query = new URLSearchParams(location.search);
  const token = query.get("account_linking_token");
  if (!token) return null;
  const kept = JSON.parse(localStorage.getItem(key(token)) ?? "null");
  localStorage.removeItem(key(token));
  history.replaceState(null, "", "/" + (kept ? `#/conversation/${encodeURIComponent(kept.name)}` : ""));
  if (!kept || kept.until < Date.now()) {
    toast("The log-in page led back with a token that was not given here, or more than five minutes ago. Press the button again.", "bad");
    return null;
  }
  const code = query.get("authorization_code");
  if (!code) {
    toast("The log-in page led back without an authorization_code, which ends the linking.", "bad");
    return kept.name;
  }
  await attempt(() => post(`${path(kept.name)}/actions`, { type: "account-link", authorization_code: code, async: true }));
  return kept.name;
}
