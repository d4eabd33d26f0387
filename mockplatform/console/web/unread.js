// Which messages of the page nobody has looked at yet. What was there before the console was
// opened counts as looked at; a reload changes nothing.

import { ready, rows } from "./stream.js";

const actions = new Set(["typing_on", "typing_off", "mark_seen", "react", "unreact"]);

// before is the newest exchange when the console was opened; looked has, by the names of
// people, the newest that was looked at.
const kept = JSON.parse(sessionStorage.getItem("looked") ?? "null") ?? { before: null, looked: {} };

function newest() {
  return rows[rows.length - 1]?.seq ?? 0;
}

// unread counts the messages to each of these people.
export function unread(names) {
  const counts = new Map(names.map((name) => [name, 0]));
  if (!ready) return counts;
  kept.before ??= newest();
  if (newest() < kept.before) Object.assign(kept, { before: 0, looked: {} }); // the platform began anew
  for (const x of rows) {
    if (x.kind === "send" && x.status === 200 && x.brief && !actions.has(x.brief) && counts.has(x.person) && x.seq > (kept.looked[x.person] ?? kept.before)) {
      counts.set(x.person, counts.get(x.person) + 1);
    }
  }
  return counts;
}

// look notes that somebody looks at the thread of a person now.
export function look(name) {
  if (!ready) return;
  kept.before ??= newest();
  if (document.hidden || kept.looked[name] === newest()) return;
  kept.looked[name] = newest();
  sessionStorage.setItem("looked", JSON.stringify(kept));
}
