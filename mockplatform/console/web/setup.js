// The receiver, what it subscribed to, its profile, and the platform's clock.

import { attempt, copy, el, fill, moment, plural, refill, toast } from "./dom.js";
import { get, post, put, remove } from "./api.js";
import { states } from "./states.js";
import { listen } from "./stream.js";

export const title = "Setup";

// inVersions are the fields of a subscription, and those of them that have a version of
// their own.
function inVersions({ fields, versions = {} }) {
  const versioned = (field) => (versions[field] ? `${field} (${versions[field]})` : field);
  if (fields.length) return fields.map(versioned).join(", ");
  return ["all fields", ...Object.keys(versions).map(versioned)].join(", ");
}

export function show(main) {
  const state = el("div", { class: "fields" });
  const url = el("input", { type: "url", required: true, placeholder: "http://localhost:3000/webhook" });
  const token = el("input", { autocomplete: "off", placeholder: "the platform's" });
  const fields = el("input", { autocomplete: "off", placeholder: "all", spellcheck: "false" });
  const handshake = el("input", { type: "checkbox", checked: true });
  const form = el("form", { class: "fields", onsubmit: subscribe },
    el("label", {}, "Callback URL", url),
    el("label", {}, "Verify token", token), el("label", {}, "Fields, separated by commas", fields),
    el("label", { class: "check" }, handshake, "Verify it with the handshake first"),
    el("div", { class: "row" }, el("button", { class: "button primary", type: "submit" }, "Subscribe"),
      el("button", { class: "button danger", type: "button", onclick: unsubscribe }, "Unsubscribe")));
  const kept = el("div", { class: "fields" });
  const features = el("div", {});
  const environment = el("div", { class: "fields" });
  const policy = el("dl", { class: "facts" });
  const hands = el("p"); // what the clock shows
  const crown = el("div"); // what moves it
  const clock = el("div", { class: "fields" }, hands, crown);
  const profile = el("div", { class: "fields" });
  const box = (id, heading, wide, ...children) => el("section", { class: `card ${wide}`, "aria-labelledby": id }, el("h2", { id }, heading), children);
  fill(main, el("div", { class: "page" }, el("h1", {}, "Setup"), el("div", { class: "grid" },
    box("receiver", "Receiver", "", el("div", { class: "fields" }, state, form)),
    box("environment", "What the bot has to know", "", environment),
    box("features", "What it was seen to do", "", features),
    box("clock", "Clock and redelivery", "", el("div", { class: "fields" }, clock, policy)),
    box("profile", "Messenger profile", "wide", profile),
    box("journal", "Journal", "wide", kept, el("div", { class: "row" },
      el("a", { class: "button", href: "/api/v1/exchanges/export?format=ndjson", download: "referee.ndjson" }, "Export as NDJSON"),
      el("a", { class: "button", href: "/api/v1/exchanges/export?format=har", download: "referee.har" }, "Export as HAR"),
      el("a", { class: "button", href: "/api/v1/openapi.json" }, "OpenAPI"),
      el("button", { class: "button danger", type: "button", onclick: reset }, "Forget everything"))))));

  let untouched = true;
  url.addEventListener("input", () => { untouched = false; });

  async function load() {
    await attempt(async () => {
      const [setup, set, waiting] = await Promise.all([get("setup"), get("profile"), get("deliveries")]);
      draw(setup, set, waiting);
    });
  }

  function draw({ receiver, features: seen, defaults, policy: p, clock: time, journal, ...platform }, set, waiting) {
    const [kind, , words] = states[receiver.state];
    if (untouched && receiver.url) url.value = receiver.url;
    refill(state, [receiver, waiting], () => [el("p", { class: "row" }, el("span", { class: `badge ${kind}` }, receiver.state), words),
      el("dl", { class: "facts" },
        receiver.url && [el("dt", {}, "URL"), el("dd", { class: "mono" }, receiver.url), el("dt", {}, "Handshake"), el("dd", {}, receiver.verified ? "answered" : "not made")],
        receiver.handshake && [el("dt", {}, "Last handshake"), el("dd", {}, lastHandshake(receiver.handshake))],
        receiver.subscriptions.map((s) => [el("dt", {}, s.object), el("dd", {}, inVersions(s))]),
        receiver.failing_since && [el("dt", {}, "Failing since"), el("dd", {}, moment(receiver.failing_since))],
        receiver.pending > 0 && [el("dt", {}, "Waiting"), el("dd", {}, plural(receiver.pending, "delivery", "deliveries"))]),
      receiver.problem && el("p", { class: "note bad" }, receiver.problem),
      waiting.deliveries.length > 0 && el("div", { class: "scroll" }, el("table", { class: "plain" },
        el("caption", { class: "small soft" }, waiting.more > 0 ? `The oldest of those that wait; ${waiting.more} more wait too.` : "What waits for an attempt."),
        el("thead", {}, el("tr", {}, ["Delivery", "Attempts", "Next", "Because"].map((h) => el("th", { scope: "col" }, h)))),
        el("tbody", {}, waiting.deliveries.map((d) => el("tr", {},
          el("td", {}, el("code", {}, d.variants.join(", ") || d.id)), el("td", {}, String(d.attempts)),
          el("td", {}, d.next ? moment(d.next) : "at once"), el("td", {}, d.held || d.problem || ""))))))]);
    refill(features, seen, () => el("ul", { class: "ticks" }, [
      [seen.acknowledges, "Acknowledges deliveries"], [seen.replies, "Replies with the Send API"], [seen.receipts, "Posts receipts"], [seen.profile, "Sets its Messenger profile"],
    ].map(([yes, what]) => el("li", {}, el("span", { class: `badge ${yes ? "good" : ""}` }, yes ? "seen" : "not yet"), what))));
    const lines = [["Graph API", platform.graph_url], ["Receipts", platform.receipts_url], ["Page id", platform.page_id], ["App id", platform.app_id], ["Graph version", platform.graph_version],
      ["App secret", defaults.app_secret], ["Verify token", defaults.verify_token], ["Page token", defaults.page_token]];
    refill(environment, lines, () => lines.map(([name, value]) => el("div", { class: "copy" }, el("span", { class: "small soft" }, name),
      el("code", {}, value ?? "as you gave it"), value && el("button", { class: "button plain", type: "button", "aria-label": `Copy: ${name}`, onclick: () => copy(value) }, "Copy"))));
    refill(policy, p, () => [["Policy", p.name], ["Tries again after", p.intervals.join(", ") || "never"], ["Alert after", p.alert_after], ["Disabled after", p.disable_after], ["Gives up after", p.give_up_after]]
      .map(([name, value]) => value && [el("dt", {}, name), el("dd", {}, value)]));
    refill(kept, journal, ({ newest, dropped, error }) => [
      error && el("p", { class: "note bad" }, error, ". Nothing is sent, and calls are answered 507, until there is room."),
      el("p", { class: "small soft" }, newest === 0 ? "No exchange yet." : `The newest exchange is #${newest}. `,
        dropped > 0 && `${dropped} of the oldest are not kept any more, because the journal was full.`)]);
    drawClock(time);
    drawProfile(set);
  }

  const lastHandshake = (h) => [
    el("span", { class: `badge ${h.accepted ? "good" : "bad"}` }, h.accepted ? "answered" : "refused"), ` ${moment(h.at)}, `,
    el("span", { class: "mono" }, h.url), " ", el("a", { href: `#/timeline/${h.exchange}` }, `#${h.exchange}`),
    h.problem && el("span", { class: "small" }, `: ${h.problem}`)];

  function drawClock(time) {
    refill(hands, time, () => [el("span", { class: "mono" }, moment(time.now)), " ", el("span", { class: "badge" }, time.virtual ? "virtual" : "the machine's")]);
    refill(crown, time.virtual, drawCrown);
  }

  function drawCrown(virtual) {
    if (!virtual) return el("p", { class: "small soft" }, "With `referee serve --clock virtual`, hours of redelivery pass in a moment.");
    const by = el("input", { value: "15m", "aria-label": "How far", autocomplete: "off" });
    return el("form", { class: "row", onsubmit: (event) => {
      event.preventDefault();
      attempt(async () => {
        const now = await post("clock/advance", { by: by.value });
        toast(`It is ${moment(now.now)}.`);
      });
    } }, by, el("button", { class: "button", type: "submit" }, "Advance"));
  }

  function drawProfile({ texts }) {
    const names = Object.keys(texts).sort();
    refill(profile, texts, () => names.length === 0
      ? el("p", { class: "soft" }, "The bot has set nothing: no Get Started button, no menu. It does with POST /me/messenger_profile.")
      : names.map((name) => el("div", {}, el("h3", {}, name), el("pre", { class: "text", tabindex: "0", "aria-label": name }, texts[name]))));
  }

  function subscribe(event) {
    event.preventDefault();
    attempt(async () => {
      const list = fields.value.split(",").map((f) => f.trim()).filter(Boolean);
      await put("receiver", { url: url.value, handshake: handshake.checked, ...(token.value && { verify_token: token.value }), ...(list.length && { fields: list }) });
      toast("Deliveries go there now.");
    }).then(changed);
  }

  function unsubscribe() {
    attempt(() => remove("receiver")).then(changed);
  }

  function reset() {
    const box = el("dialog", { "aria-labelledby": "forget" }, el("form", { class: "fields", method: "dialog" },
      el("h2", { id: "forget" }, "Forget everything?"),
      el("p", {}, "People, threads, the journal, pending deliveries, rules and what the bot set are gone then."),
      el("div", { class: "row" }, el("button", { class: "button danger", value: "yes" }, "Forget everything"), el("button", { class: "button", value: "no" }, "Keep it"))));
    box.addEventListener("close", () => {
      box.remove();
      if (box.returnValue === "yes") attempt(async () => { await post("reset"); toast("Everything is forgotten."); }).then(changed);
    });
    document.body.append(box);
    box.showModal();
  }

  async function changed() {
    untouched = true;
    await load();
  }

  let due = 0;
  const soon = () => {
    due ||= setTimeout(() => {
      due = 0;
      load();
    }, 300);
  };
  const stop = listen(soon);
  document.addEventListener("setup-changed", soon);
  return {
    go() { load(); },
    leave() {
      stop();
      document.removeEventListener("setup-changed", soon);
      clearTimeout(due);
    },
  };
}
