// One item of a thread, and what a person can do to it.

import { add, clockTime, el } from "./dom.js";
import { place } from "./picture.js";
import { attachments, bubble, card } from "./templates.js";

// reactions are those that Meta names, with how they look.
const reactions = [["love", "❤️"], ["smile", "😄"], ["wow", "😮"], ["sad", "😢"], ["angry", "😠"], ["like", "👍"], ["dislike", "👎"]];

const mostEdits = 5;

// message draws an item; hands are what can be done with it.
export function message(item, hands) {
  const mine = item.from === "person";
  const said = item.kind === "message" || item.kind === "postback";
  const side = said ? (mine ? "mine" : "") : "middle";
  const node = el("li", { class: `item ${side} ${item.state} ${item.kind === "seen" ? "bare" : ""}` });
  if (said) {
    node.append(el("span", { class: "hidden-text" }, mine ? "You: " : "Page: "));
    add(node, [item.persona && persona(item.persona), item.reply_to && el("p", { class: "quote" }, "Replying to ", el("q", {}, item.quoted ?? "a message"))]);
    if (item.unsent) node.append(el("p", { class: "bubble gone" }, "Unsent"));
    if (item.text) node.append(bubble(item.text));
    if (item.card) node.append(card(item.card, hands));
    add(node, attachments(item));
    add(node, [(item.reaction || item.page_reaction) && el("p", { class: "reacted" },
      item.reaction && el("span", { title: "The person's reaction" }, item.reaction),
      item.page_reaction && el("span", { title: "The page's reaction" }, item.page_reaction))]);
  } else if (item.kind !== "seen") {
    node.append(bubble(says(item)));
  }
  const acts = said && item.mid && !item.unsent ? doings(item, hands) : null;
  node.append(el("p", { class: "meta" },
    item.kind === "seen" && "Seen by the page · ",
    clockTime(item.at).slice(0, 8),
    item.edits > 0 && " · edited",
    item.kind === "postback" && ` · postback ${item.payload ?? ""}`,
    item.kind === "message" && item.payload && ` · quick reply ${item.payload}`,
    side !== "middle" && item.referral && ` · ${came(item.referral)}`,
    item.state === "pending" && " · on its way",
    item.attempts > 1 && ` · ${item.attempts} attempts`,
    (item.problem ?? item.note) && el("span", { class: "problem" }, ` · ${item.problem ?? item.note}`),
    " · ", el("a", { href: `#/timeline/${item.exchange}` }, `#${item.exchange}`),
    acts && [" ", opener(acts)]));
  if (acts) node.append(acts);
  return node;
}

// persona is as whom the page wrote.
function persona(p) {
  const at = place(p.picture, 0);
  return el("p", { class: "as" }, at && el("img", { src: at, alt: "", width: 20, height: 20 }), p.name || `Persona ${p.id}`);
}

// opener shows and hides what can be done to a message. What is chosen closes it.
function opener(acts) {
  const button = el("button", { class: "opener", type: "button", "aria-label": "React, reply and more", "aria-expanded": "false", onclick: () => open(acts.hidden) }, "⋯");
  function open(wanted) {
    acts.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) acts.querySelector("button").focus();
  }
  acts.addEventListener("click", () => open(false));
  acts.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    button.focus();
  });
  return button;
}

// doings are what the person can do to a message.
function doings(item, hands) {
  const own = item.from === "person" && item.kind === "message";
  const button = (label, onclick, shown = label) => el("button", { type: "button", "aria-label": label, onclick }, shown);
  return el("p", { class: "doings", hidden: true, role: "group", "aria-label": "To this message" },
    reactions.map(([name, emoji]) => item.reaction === emoji
      ? button(`Take back ${name}`, () => hands.act({ type: "reaction", mid: item.mid }), `${emoji} ×`)
      : button(`React with ${name}`, () => hands.act({ type: "reaction", mid: item.mid, reaction: name, emoji }), emoji)),
    button("Reply", () => hands.reply(item)),
    own && item.text && (item.edits ?? 0) < mostEdits && button("Edit", () => hands.edit(item)),
    own && item.instagram && button("Unsend", () => hands.act({ type: "unsend", mid: item.mid })));
}

const says = (item) => ({
  referral: () => `Came by ${came(item.referral)}`,
  optin: () => `Opted in${item.text ? `: ${item.text}` : ""}`,
  reaction: () => reacted(item),
  edit: () => `Edited to “${item.text}”`,
  unsend: () => "Unsent a message",
  linking: () => `The account is ${item.text}${item.payload ? `, with the code ${item.payload}` : ""}`,
  game: () => `Played a round of the game${item.text ? `, with the score ${item.text}` : ""}`,
  feedback: () => `Answered: ${item.text}`,
}[item.kind] ?? (() => `Event: ${item.text}`))();

function reacted(item) {
  const [action, ...emoji] = item.text.split(" ");
  const whose = item.from === "person" ? "Reaction" : "The page's reaction";
  return `${whose}${action === "unreact" ? " taken back" : `: ${emoji.join(" ")}`}${item.quoted ? `, to “${item.quoted}”` : ""}`;
}

const came = (r) => [r.source || "a referral", r.ref && `ref ${r.ref}`, r.ad_id && `ad ${r.ad_id}`].filter(Boolean).join(", ");
