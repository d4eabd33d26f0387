// Every variant with its documentation, and a payload to edit and send.

import { address, stay } from "./address.js";
import { attempt, copy, el, fill, plural, refill, toast } from "./dom.js";
import { get, post } from "./api.js";
import { raw } from "./jsontext.js";
import { saveAs } from "./saveas.js";

export const title = "Catalogue";

const patience = 250; // ms from the last key to the check of what was written

export function show(main) {
  let all = [];
  let chosen = null;
  let person = ""; // the name of who lets it happen; empty for the first
  let site = ""; // where there is more about each variant; empty for nowhere
  const nav = el("nav", { "aria-label": "Variants" });
  const search = el("input", { type: "search", placeholder: "referral ads", "aria-label": "Find a variant", oninput: refine });
  const pane = el("section", { class: "variant", "aria-label": "Variant" }, el("p", { class: "empty" }, "Choose a variant."));
  const more = el("p", { class: "small", hidden: true });
  const frame = el("div", { class: "catalogue" },
    el("section", { class: "variants", "aria-label": "Catalogue" }, el("header", {}, el("h1", {}, "Catalogue"), search, more), nav), pane);
  fill(main, frame);

  const ready = attempt(async () => {
    const [variants, setup] = await Promise.all([get("variants"), get("setup")]);
    all = variants;
    site = setup.site ?? "";
    more.hidden = site === "";
    fill(more, el("a", { href: site }, "Validate, drift, sign"), " · ", el("a", { href: `${site}requirements.html` }, "Requirements"), " · ", el("a", { href: `${site}history.html` }, "History"));
    drawList();
  });

  const here = (id) => address(["catalogue", ...(id === null ? [] : [id])], { q: search.value, person });

  // take takes somebody, for the variants that are chosen after this one too.
  function take(name) {
    person = name;
    refine();
  }

  function refine() {
    drawList();
    pane.querySelector("a.back")?.setAttribute("href", here(null));
    stay(here(chosen));
  }

  function drawList() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = all.filter((v) => words.every((w) => `${v.id} ${v.title} ${v.field}`.toLowerCase().includes(w)));
    const fields = [...new Set(fits.map((v) => v.field))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    fill(nav, fits.length === 0 && el("p", { class: "empty" }, "No variant has these words."), fields.map((f) => [
      el("h2", {}, f || "without a field"),
      el("ul", {}, fits.filter((v) => v.field === f).map((v) => el("li", {},
        el("a", { href: here(v.id), "aria-current": v.id === chosen ? "true" : false },
          el("span", { class: "mono" }, v.id), " ", v.status !== "documented" && el("span", { class: "badge" }, v.status),
          el("span", { class: "small" }, v.title))))),
    ]));
  }

  // step goes to the next variant of the list, or the previous one.
  function step(by) {
    const links = [...nav.querySelectorAll("a")];
    const at = links.findIndex((a) => a === document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  }

  return {
    keys: {
      "/": () => search.focus(),
      j: () => step(1),
      k: () => step(-1),
      Escape: () => {
        if (document.activeElement === search) nav.querySelector("a")?.focus();
        else if (chosen !== null) location.hash = here(null);
      },
    },
    async go([id], filters) {
      chosen = id ?? null;
      search.value = filters.get("q") ?? "";
      person = filters.get("person") ?? "";
      frame.classList.toggle("chosen", chosen !== null);
      await ready;
      drawList();
      if (chosen === null) fill(pane, el("p", { class: "empty" }, `Choose one of ${plural(all.length, "variant")}: each is one shape of one event.`));
      else if (all.length && !all.some((v) => v.id === chosen)) fill(pane, el("a", { class: "button back", href: here(null) }, "← All variants"), el("h1", {}, "The catalogue has no variant ", el("code", {}, chosen)));
      else await attempt(() => open(pane, chosen, here(null), person, take, site));
    },
    leave() {},
  };
}

// rank puts first what this tool is there for.
const rank = (field) => ["messaging_referrals", "messaging_postbacks", "messages", field].indexOf(field);

// open shows a variant; chosen is the name of who lets it happen, of which take is told
// when it is another. site is where there is more about each variant.
async function open(pane, id, back, chosen, take, site) {
  const [variant, people, tamperings] = await Promise.all([get(`variants/${encodeURIComponent(id)}`), get("people"), get("tamperings")]);
  const names = people.length ? people.map((p) => p.name) : ["Ada"];
  const unknown = chosen !== "" && !names.includes(chosen);
  const person = el("select", { onchange: () => {
    take(person.value);
    stranger.hidden = names.includes(person.value);
    renew();
  } }, names.map((name) => el("option", { value: name }, name)), unknown && el("option", { value: chosen }, `${chosen} (not known yet)`));
  const stranger = el("p", { class: "note warn", role: "status", hidden: !unknown }, `Nobody is called “${chosen}”. Choose somebody, or send: then somebody of this name begins.`);
  person.value = chosen || names[0];
  const fault = el("select", {}, el("option", { value: "" }, "none"), tamperings.map((t) => el("option", { value: t.name, title: t.description }, t.description)));
  const payload = el("textarea", { class: "payload", spellcheck: "false", "aria-label": "Payload", oninput: checkSoon });
  const verdict = el("div", { role: "status", "aria-live": "polite" });
  const outcome = el("div", { role: "status", "aria-live": "polite" });
  let timer = 0;
  let edited = false;

  const wanted = () => {
    const event = raw(payload.value, "The payload");
    return { variant: id, person: person.value, ...(edited && { event }), ...(fault.value && { faults: [fault.value] }) };
  };

  // renew fills the payload anew: times, ids and texts are those of now.
  async function renew() {
    edited = false;
    const preview = await attempt(() => post("events/preview", { variant: id, person: person.value }));
    if (!preview) return;
    payload.value = preview.text;
    tell(preview);
  }

  function checkSoon() {
    edited = true;
    clearTimeout(timer);
    timer = setTimeout(check, patience);
  }

  async function check() {
    try {
      tell(await post("events/preview", wanted()));
    } catch (error) {
      refill(verdict, error.message, (text) => [el("p", { class: "note bad" }, text)]);
    }
  }

  function tell(preview) {
    const problems = preview.findings.flatMap((f) => f.problems);
    refill(verdict, problems, () => [problems.length === 0
      ? el("p", { class: "note good" }, `Valid by the schema ${variant.schema}.`)
      : el("div", { class: "note bad" }, el("p", {}, `Not valid by the schema ${variant.schema}. It can be sent all the same.`),
        el("ul", { class: "problems" }, problems.map((p) => el("li", {}, el("code", {}, p.pointer || "(document)"), " ", p.message))))]);
  }

  async function send() {
    const done = await attempt(async () => post("events", wanted()));
    if (!done) return;
    stranger.hidden = true; // who did something is known
    fill(outcome, el("p", { class: `note ${done.status >= 200 && done.status < 300 ? "good" : "bad"}` },
      done.error ? `Not acknowledged: ${done.error}. ` : `Answered ${done.status}. `,
      done.exchange && el("a", { href: `#/timeline/${done.exchange}` }, `Exchange ${done.exchange}`)));
    if (!edited) renew();
  }

  await renew();
  fill(pane,
    el("a", { class: "button back", href: back }, "← All variants"),
    el("header", { class: "fields" },
      el("h1", {}, variant.title),
      el("p", { class: "row" }, el("code", {}, variant.id), el("span", { class: "badge accent" }, variant.field || "no field"),
        el("span", { class: `badge ${variant.status === "documented" ? "good" : "warn"}` }, variant.status),
        el("span", { class: "badge" }, `object ${variant.object}`), el("span", { class: "badge" }, `form ${variant.form}`))),
    variant.notes && el("p", {}, variant.notes),
    site && el("p", { class: "small" }, el("a", { href: `${site}variants/${encodeURIComponent(id)}.html` }, "What is required, what breaks on it, and the fix")),
    el("blockquote", { class: "small" }, variant.quote, el("br"),
      el("a", { href: variant.source, target: "_blank", rel: "noopener noreferrer" }, variant.source),
      (variant.since || variant.until) && ` (${variant.since ? `since ${variant.since}` : ""}${variant.until ? ` until ${variant.until}` : ""})`),
    el("h2", {}, "Payload"),
    payload, verdict, stranger,
    el("div", { class: "send-bar" },
      el("label", {}, "Person", person), el("label", {}, "Tampered", fault),
      el("button", { class: "button primary", type: "button", onclick: send }, "Send"),
      el("button", { class: "button", type: "button", onclick: async () => {
        const preview = await attempt(async () => post("events/preview", wanted()));
        if (preview) copy(preview.curl);
      } }, "Copy as curl"),
      el("button", { class: "button", type: "button", onclick: () => attempt(async () => {
        saveAs({ variant: id, person: person.value, event: raw(payload.value, "The payload") }, id);
      }) }, "Save as variant"),
      el("button", { class: "button plain", type: "button", onclick: () => { renew(); toast("The payload is as documented again."); } }, "Start over")),
    outcome);
  pane.scrollTop = 0;
}
