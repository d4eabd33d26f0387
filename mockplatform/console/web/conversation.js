// People, the thread as Messenger shows it, and the ways into it.

import { address, stay } from "./address.js";
import { attempt, el, fill, keep, plural, refill } from "./dom.js";
import { get, person as path, post, put } from "./api.js";
import { ask } from "./ask.js";
import { composer, summary } from "./composer.js";
import { comeBack } from "./linking.js";
import { message } from "./message.js";
import { kinds, people, portrait } from "./people.js";
import { place } from "./picture.js";
import { press } from "./presses.js";
import { record } from "./record.js";
import { find, listen } from "./stream.js";
import { answer } from "./survey.js";
import { menu } from "./templates.js";
import { look } from "./unread.js";
import { ways } from "./ways.js";

export const title = "Conversation";

const pageOfItems = 300; // how many more items are shown to who scrolls up
const mostItems = 10000;

export function show(main) {
  let who = null; // the name of whom the thread is
  let asked = ""; // the name in the address, which may be nobody's
  let most = pageOfItems;
  let everybody = [];
  let view = null;
  let loading = false;
  let again = false;

  const everyone = people({ choose: (name) => choose(name, true), add: addPerson, filtered: () => stay(here(asked || who)) });
  const heading = el("h2", { dir: "auto" }, "");
  const subheading = el("p", { class: "small soft mono" });
  const face = el("span", { class: "face", "aria-hidden": "true" });
  const items = el("ol", {});
  const older = el("button", { class: "button plain older", type: "button", hidden: true, onclick: showOlder });
  const beginning = el("p", { class: "note beginning", hidden: true });
  const welcome = el("div", {});
  const typing = el("p", { class: "typing", hidden: true }, el("i"), el("i"), el("i"), el("span", { class: "hidden-text" }, "The page is writing"));
  const told = el("p", { class: "note told", role: "status", hidden: true });
  const log = el("div", { class: "log", role: "log", "aria-label": "Thread", tabindex: "0" }, older, beginning, welcome, items, typing, told);
  const replies = el("div", { class: "replies", role: "group", "aria-label": "Quick replies" });
  const sheet = el("div", { class: "menu", hidden: true, id: "menu" });
  const menuButton = el("button", {
    class: "button plain", type: "button", "aria-label": "Persistent menu", "aria-expanded": "false", "aria-controls": "menu", hidden: true, onclick: () => openMenu(sheet.hidden),
  }, "☰");
  const writing = composer(act, () => log.focus());
  const foot = el("div", { class: "composer" }, writing.form, menuButton, sheet);
  const aside = el("aside", { class: "ways", id: "ways", "aria-label": "Ways into the thread" });
  const opener = el("button", {
    class: "button only-narrow", type: "button", "aria-expanded": "false", "aria-controls": "ways", onclick: () => openWays(!aside.classList.contains("open")),
  }, "Come by…");
  // What a person writes comes first for the keyboard, wherever it is seen.
  const thread = el("section", { class: "thread", "aria-label": "Conversation", tabindex: "-1" },
    foot, el("header", {}, face, el("div", { class: "words" }, heading, subheading), opener), log, replies, writing.banner);
  const talk = el("div", { class: "talk" }, thread, everyone.node, aside);
  fill(main, talk);
  const blocker = el("button", { class: "button", type: "button", onclick: block }, "Block the page");
  const recorder = el("button", { class: "button", type: "button", onclick: () => { openWays(false); record(who); } }, "Record the talk");
  fill(aside, ways(act, () => openWays(false)), recorder, blocker);

  sheet.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      openMenu(false);
      menuButton.focus();
    }
  });
  aside.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && aside.classList.contains("open")) {
      openWays(false);
      opener.focus();
    }
  });

  // Who reads the newest goes on doing so, also when a picture or a film has come.
  const atEnd = (spare = 80) => log.scrollHeight - log.scrollTop - log.clientHeight < spare;
  for (const came of ["load", "loadedmetadata"]) {
    log.addEventListener(came, (event) => {
      if (atEnd(event.target.offsetHeight + 80)) log.scrollTop = log.scrollHeight;
    }, true);
  }

  log.addEventListener("scroll", () => {
    if (log.scrollTop === 0 && !older.hidden) showOlder();
  });

  // showOlder shows items of before, and stays at those that were there.
  let spot = null; // where somebody was who asked for older ones
  function showOlder() {
    if (spot || most >= mostItems) return;
    most = Math.min(mostItems, most + pageOfItems);
    spot = { items: view.thread.items.length, fromEnd: log.scrollHeight - log.scrollTop };
    load();
  }

  function openMenu(open) {
    sheet.hidden = !open;
    menuButton.setAttribute("aria-expanded", String(open));
    if (open) sheet.querySelector("button, a")?.focus();
  }

  function openWays(open) {
    aside.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) aside.querySelector("summary")?.focus();
  }

  // tell says in the thread what a press has brought about, when that is no item of it.
  function tell(text) {
    openMenu(false);
    told.textContent = text;
    told.hidden = !text;
    log.scrollTop = log.scrollHeight;
  }

  // act lets the person do something; the thread shows it as soon as it is recorded.
  function act(action) {
    tell("");
    return attempt(async () => {
      await post(`${path(who)}/actions`, { ...action, async: true });
      return true;
    });
  }

  // hands are what the person does with what is in the thread.
  const hands = {
    act,
    reply: writing.reply,
    edit: writing.edit,
    survey: (card) => answer(card, act),
    optIn: (card) => act({ type: "opt-in", template: card.template, title: card.title ?? "", payload: card.payload ?? "" }),
    press: (button) => press(button, view.person, act, tell),
  };

  // block lets the person block the page, or takes that back.
  function block() {
    openWays(false);
    return attempt(async () => {
      await put(`${path(who)}/block`, { blocked: !view.person.blocked });
      await load();
    });
  }

  function addPerson() {
    const name = el("input", { required: true, maxlength: "60", autocomplete: "off" });
    const kind = el("select", {}, Object.entries(kinds).map(([value, label]) => el("option", { value }, label)));
    ask("Add a person", [el("label", {}, "Name", name), el("label", {}, "How a receiver knows them", kind)], "Add", async () => {
      const added = await post("people", { name: name.value, kind: kind.value });
      location.hash = address(["conversation", added.name]); // whatever the filter was
      return added;
    });
  }

  // here is the address of somebody's thread, with the filter as it is.
  const here = (name) => address(["conversation", ...(name ? [name] : [])], { q: everyone.words() });

  // load reads people and the thread again; calls during one are one more.
  async function load() {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    const from = location.hash;
    try {
      everybody = await get("people");
      const known = (name) => everybody.some((p) => p.name === name);
      const unknown = asked !== "" && !known(asked);
      if (unknown) who = null;
      else if (!known(who)) who = everybody[0]?.name ?? null;
      // Whoever has gone elsewhere meanwhile is not called back.
      if (who !== null && asked === "" && location.hash === from) stay(here(who));
      writing.person(who);
      if (who !== null) look(who);
      everyone.draw(everybody, who);
      view = who === null ? null : await get(`${path(who)}/thread?items=${most}`);
      draw(unknown);
    } catch (error) {
      heading.textContent = error.message;
    } finally {
      loading = false;
      if (again) {
        again = false;
        load();
      }
    }
  }

  // choose goes to the thread of somebody. Whoever has a keyboard can write at once.
  function choose(name, write) {
    location.hash = here(name);
    if (write && window.matchMedia("(hover: hover)").matches) writing.focus();
    else if (write) thread.focus(); // a telephone would show its keyboard
  }

  // step goes to the next person of the list, or the previous one.
  function step(by) {
    const next = everyone.beside(by);
    if (next !== undefined) choose(next, false);
  }

  function draw(unknown) {
    talk.dataset.person = who ?? "";
    const alone = view === null;
    for (const part of [thread.querySelector("header"), foot, aside]) part.hidden = alone;
    typing.hidden = alone || !view.thread.typing;
    if (alone) {
      for (const part of [items, replies]) fill(part);
      older.hidden = beginning.hidden = true;
      keep(welcome, [unknown ? asked : ""], String, drawNobody);
      return;
    }
    older.hidden = view.thread.omitted === 0 || most >= mostItems;
    older.textContent = plural(view.thread.omitted, "older item");
    tellBeginning(view);
    const { profile, thread: talked, person } = view;
    // Of questions and the button Get Started, the questions come first:
    // https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api/ice-breakers
    const started = view.fresh && profile.get_started !== undefined && profile.ice_breakers.length === 0;
    heading.textContent = person.identity.name;
    subheading.textContent = person.blocked ? `${person.id} · has blocked the page` : person.id;
    blocker.textContent = person.blocked ? "Unblock the page" : "Block the page";
    refill(face, person, portrait);
    const below = atEnd();
    const quoted = new Map(talked.items.filter((item) => item.mid).map((item) => [item.mid, summary(item)]));
    keep(items, talked.items.map((item) => ({ ...item, quoted: quoted.get(item.reply_to ?? item.of) })), (item) => item.id, (item) => message(item, hands));
    keep(welcome, view.fresh ? [{ profile, started, whole: !view.lost_before }] : [], () => "welcome", drawWelcome);
    keep(replies, talked.quick_replies.map((q, i) => ({ ...q, i })), (q) => String(q.i), (q) =>
      el("button", { type: "button", onclick: () => act({ type: "quick-reply", title: q.title, payload: q.payload, content_type: ownParts[q.content_type] ? q.content_type : "text" }) },
        place(q.image, 0) && el("img", { src: place(q.image, 0), alt: "", width: 20, height: 20 }), ownParts[q.content_type]?.(person.identity) ?? q.title));
    foot.hidden = started || profile.composer_disabled && profile.menu.length === 0;
    writing.form.hidden = profile.composer_disabled;
    menuButton.hidden = profile.menu.length === 0;
    keep(sheet, profile.menu.length ? [profile.menu] : [], () => "menu", (list) => menu(list, hands.press));
    if (below) log.scrollTop = log.scrollHeight;
    if (spot && talked.items.length > spot.items) {
      log.scrollTop = log.scrollHeight - spot.fromEnd;
      spot = null;
    }
  }

  function drawNobody(name) {
    const begin = name || "Ada";
    return el("div", { class: "welcome" }, el("h2", {}, name ? `Nobody is called “${name}”` : "Nobody has written yet"),
      el("p", { class: "soft" }, name ? "Choose somebody, or let somebody of this name begin." : "People are simulated. The first one can be Ada; the same name always has the same ids."),
      el("button", { class: "button primary", type: "button", onclick: () => attempt(async () => {
        await post("people", { name: begin });
        await load();
      }) }, `Begin with ${begin}`));
  }

  // tellBeginning says at the beginning of the thread what is missing there.
  function tellBeginning({ thread: talked, lost_before: lost }) {
    const more = talked.omitted > 0 && older.hidden; // than a thread shows
    beginning.hidden = !lost && !more || !older.hidden;
    refill(beginning, [lost, more && talked.omitted], () => [
      more && `${plural(talked.omitted, "older item")} can be seen in the timeline alone. `,
      lost > 0 && ["The beginning of this thread is not kept: the journal was full, and has dropped what came before ", el("a", { href: address(["timeline", String(lost)]) }, `exchange ${lost}`), "."]]);
  }

  function drawWelcome({ profile, started, whole }) {
    return el("div", { class: "welcome" }, el("span", { class: "face", "aria-hidden": "true" }, "P"),
      (profile.greeting || whole) && el("p", {}, profile.greeting || "This is the beginning of the conversation."),
      started && el("button", { class: "button primary", type: "button", onclick: () => act({ type: "get-started" }) }, "Get Started"),
      !started && profile.ice_breakers.map((q) => el("button", { class: "ask", type: "button", onclick: () => hands.press(q) }, q.title)));
  }

  const stop = listen((changed) => {
    if (changed === null || [...changed].some((seq) => relevant(find(seq)))) load();
  });
  document.addEventListener("setup-changed", load);
  comeBack().then((name) => {
    if (name === null) return;
    choose(name, false);
  });
  const relevant = (x) => !x || x.kind === "delivery" || x.kind === "send" || x.kind === "graph";

  return {
    composes: true,
    keys: {
      "/": () => everyone.focus() || writing.focus(),
      j: () => step(1),
      k: () => step(-1),
      Enter: () => writing.focus(),
      Escape: () => {
        everyone.leave();
        openWays(false);
      },
    },
    go([name], filters) {
      asked = name ?? "";
      everyone.find(filters.get("q") ?? "");
      if (name && name !== who) {
        who = name;
        most = pageOfItems;
        spot = null;
        tell("");
        log.scrollTop = log.scrollHeight;
      }
      load();
    },
    leave() {
      stop();
      document.removeEventListener("setup-changed", load);
    },
  };
}

// ownParts are what quick replies send of the person's own, by their content_type.
const ownParts = { user_phone_number: (identity) => identity.phone, user_email: (identity) => identity.email };
