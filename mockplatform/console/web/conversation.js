// People, the thread as Messenger shows it, and the ways into it.

import { add, attempt, clockTime, el, fill, keep } from "./dom.js";
import { get, person as path, post, put } from "./api.js";
import { find, listen } from "./stream.js";
import { attachments, bubble, card, menu } from "./templates.js";
import { ways } from "./ways.js";

export const title = "Conversation";

const kinds = { person: "Has an account", visitor: "Chat plugin, by user_ref", guest: "Chat plugin, as a guest" };

export function show(main) {
  let who = null; // the name of whom the thread is
  let view = null;
  let loading = false;
  let again = false;

  const list = el("ul", { "aria-label": "People" });
  const heading = el("h2", {}, "");
  const subheading = el("p", { class: "small soft mono" });
  const face = el("span", { class: "face", "aria-hidden": "true" });
  const items = el("ol", {});
  const welcome = el("div", {});
  const typing = el("p", { class: "typing", hidden: true }, el("i"), el("i"), el("i"), el("span", { class: "hidden-text" }, "The page is writing"));
  const log = el("div", { class: "log", role: "log", "aria-label": "Thread", tabindex: "0" }, welcome, items, typing);
  const replies = el("div", { class: "replies", role: "group", "aria-label": "Quick replies" });
  const text = el("input", { id: "compose", placeholder: "Aa", autocomplete: "off", maxlength: "2000", "aria-label": "Message" });
  const sheet = el("div", { class: "menu", hidden: true, id: "menu" });
  const menuButton = el("button", {
    class: "button plain", type: "button", "aria-label": "Persistent menu", "aria-expanded": "false", "aria-controls": "menu", hidden: true, onclick: () => openMenu(sheet.hidden),
  }, "☰");
  const composer = el("div", { class: "composer" }, menuButton, sheet,
    el("form", { onsubmit: write }, text, el("button", { class: "button primary", type: "submit" }, "Send")));
  const aside = el("aside", { class: "ways", id: "ways", "aria-label": "Ways into the thread" });
  const opener = el("button", {
    class: "button only-narrow", type: "button", "aria-expanded": "false", "aria-controls": "ways", onclick: () => openWays(!aside.classList.contains("open")),
  }, "Come by…");
  const thread = el("section", { class: "thread", "aria-label": "Conversation" },
    el("header", {}, face, el("div", { class: "words" }, heading, subheading), opener), log, replies, composer);
  const talk = el("div", { class: "talk" },
    el("section", { class: "people", "aria-label": "People" },
      el("header", {}, el("h1", {}, "People"), el("button", { class: "button plain round", type: "button", "aria-label": "Add a person", onclick: addPerson }, "+")), list),
    thread, aside);
  fill(main, talk);
  const blocker = el("button", { class: "button", type: "button", onclick: block }, "Block the page");
  fill(aside, ways(act, () => openWays(false)), blocker);

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

  // act lets the person do something; the thread shows it as soon as it is recorded.
  function act(action) {
    openMenu(false);
    return attempt(async () => {
      await post(`${path(who)}/actions`, { ...action, async: true });
      return true;
    });
  }

  async function write(event) {
    event.preventDefault();
    const said = text.value;
    if (!said.trim()) return;
    text.value = "";
    if (!await act({ type: "text", text: said })) text.value = said;
  }

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
    const box = el("dialog", { "aria-labelledby": "add-person" },
      el("form", { class: "fields", onsubmit: async (event) => {
        event.preventDefault();
        const added = await attempt(() => post("people", { name: name.value, kind: kind.value }));
        if (!added) return;
        box.close();
        location.hash = `#/conversation/${encodeURIComponent(added.name)}`;
      } },
      el("h2", { id: "add-person" }, "Add a person"),
      el("label", {}, "Name", name), el("label", {}, "How a receiver knows them", kind),
      el("div", { class: "row" }, el("button", { class: "button primary", type: "submit" }, "Add"),
        el("button", { class: "button", type: "button", onclick: () => box.close() }, "Cancel"))));
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
  }

  // load reads people and the thread again; calls during one are one more.
  async function load() {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    try {
      const people = await get("people");
      if (people.length && !people.some((p) => p.name === who)) who = people[0].name;
      if (!people.length) who = null;
      keep(list, people.map((p) => ({ ...p, current: p.name === who })), (p) => p.name, one);
      view = who === null ? null : await get(`${path(who)}/thread`);
      draw();
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

  const one = (p) => el("li", {}, el("button", {
    class: "who", type: "button", "aria-current": p.current ? "true" : false,
    onclick: () => { location.hash = `#/conversation/${encodeURIComponent(p.name)}`; },
  }, el("span", { class: "face", "aria-hidden": "true" }, initial(p.name)),
  el("span", { class: "words" }, el("span", { class: "name" }, p.name), el("span", { class: "more" }, kinds[p.kind] ?? p.kind))));

  function draw() {
    talk.dataset.person = who ?? "";
    const alone = view === null;
    for (const part of [thread.querySelector("header"), composer, aside]) part.hidden = alone;
    typing.hidden = alone || !view.thread.typing;
    if (alone) {
      for (const part of [items, replies]) fill(part);
      keep(welcome, ["nobody"], String, drawNobody);
      return;
    }
    const { profile, thread: talked, person } = view;
    const started = view.fresh && profile.get_started !== undefined;
    heading.textContent = person.name;
    subheading.textContent = person.blocked ? `${person.id} · has blocked the page` : person.id;
    blocker.textContent = person.blocked ? "Unblock the page" : "Block the page";
    face.textContent = initial(person.name);
    const below = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    keep(items, talked.items, (item) => item.id, drawItem);
    keep(welcome, view.fresh ? [{ profile, started }] : [], () => "welcome", drawWelcome);
    keep(replies, talked.quick_replies.map((q, i) => ({ ...q, i })), (q) => String(q.i), (q) =>
      el("button", { type: "button", onclick: () => act({ type: "quick-reply", title: q.title, payload: q.payload }) }, q.title));
    composer.hidden = started || profile.composer_disabled && profile.menu.length === 0;
    composer.querySelector("form").hidden = profile.composer_disabled;
    menuButton.hidden = profile.menu.length === 0;
    keep(sheet, profile.menu.length ? [profile.menu] : [], () => "menu", (list) => menu(list, press));
    if (below) log.scrollTop = log.scrollHeight;
  }

  const press = (b) => act({ type: "button", title: b.title, payload: b.payload ?? "" });

  const drawNobody = () => el("div", { class: "welcome" }, el("h2", {}, "Nobody has written yet"),
    el("p", { class: "soft" }, "People are simulated. The first one can be Ada; the same name always has the same ids."),
    el("button", { class: "button primary", type: "button", onclick: () => attempt(async () => {
      await post("people", { name: "Ada" });
      await load();
    }) }, "Begin with Ada"));

  function drawWelcome({ profile, started }) {
    return el("div", { class: "welcome" }, el("span", { class: "face", "aria-hidden": "true" }, "P"),
      el("p", {}, profile.greeting || "This is the beginning of the conversation."),
      started && el("button", { class: "button primary", type: "button", onclick: () => act({ type: "get-started" }) }, "Get Started"),
      !started && profile.ice_breakers.map((q) => el("button", { class: "ask", type: "button", onclick: () => press(q) }, q.title)));
  }

  function drawItem(item) {
    const mine = item.from === "person";
    const side = item.kind === "message" || item.kind === "postback" ? (mine ? "mine" : "") : "middle";
    const node = el("li", { class: `item ${side} ${item.state} ${item.kind === "seen" ? "bare" : ""}` });
    if (item.kind === "message" || item.kind === "postback") {
      node.append(el("span", { class: "hidden-text" }, mine ? "You: " : "Page: "));
      if (item.text) node.append(bubble(item.text));
      if (item.card) node.append(card(item.card, press));
      add(node, attachments(item.attachments));
    } else if (item.kind !== "seen") {
      node.append(bubble(says(item)));
    }
    node.append(el("p", { class: "meta" },
      item.kind === "seen" && "Seen by the page · ",
      clockTime(item.at).slice(0, 8),
      item.kind === "postback" && ` · postback ${item.payload ?? ""}`,
      item.kind === "message" && item.payload && ` · quick reply ${item.payload}`,
      side !== "middle" && item.referral && ` · ${came(item.referral)}`,
      item.state === "pending" && " · on its way",
      item.attempts > 1 && ` · ${item.attempts} attempts`,
      (item.problem ?? item.note) && el("span", { class: "problem" }, ` · ${item.problem ?? item.note}`),
      " · ", el("a", { href: `#/timeline/${item.exchange}` }, `#${item.exchange}`)));
    return node;
  }

  const says = (item) => ({
    referral: () => `Came by ${came(item.referral)}`,
    optin: () => `Opted in: ${item.text || "without a ref"}`,
    reaction: () => `${item.from === "person" ? "Reaction" : "The page's reaction"}: ${item.text}`,
  }[item.kind] ?? (() => `Event: ${item.text}`))();

  const came = (r) => [r.source || "a referral", r.ref && `ref ${r.ref}`, r.ad_id && `ad ${r.ad_id}`].filter(Boolean).join(", ");

  const stop = listen((changed) => {
    if (changed === null || [...changed].some((seq) => relevant(find(seq)))) load();
  });
  const relevant = (x) => !x || x.kind === "delivery" || x.kind === "send" || x.kind === "graph";

  return {
    go([name]) {
      if (name && name !== who) {
        who = name;
        log.scrollTop = log.scrollHeight;
      }
      load();
    },
    leave: stop,
  };
}

const initial = (name) => [...name][0]?.toUpperCase() ?? "?";
