// The exchanges of the journal, kept up to date by its event stream.

import { get } from "./api.js";

const pageSize = 1000;
const most = 10000; // as many as the journal keeps

// omitted says how many older exchanges the journal does not have any more.
export let omitted = 0;

// ready says whether the newest ones have been read.
export let ready = false;

// rows are the summaries, in the order of their numbers.
export const rows = [];

const listeners = new Set();
let changed = new Set();
let frame = 0;
let source = null;
let generation = 0;

// listen calls f with the numbers of what changed, at most once a frame, until
// the function that it returns is called. A null means: everything may have.
export function listen(f) {
  listeners.add(f);
  return () => listeners.delete(f);
}

// index is the place of a number among the rows, or where it would be.
function index(seq) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

// find returns the row of a number.
export function find(seq) {
  const row = rows[index(seq)];
  return row?.seq === seq ? row : undefined;
}

function take(summaries) {
  for (const summary of summaries) {
    const i = index(summary.seq);
    rows.splice(i, rows[i]?.seq === summary.seq ? 1 : 0, summary);
    changed?.add(summary.seq);
  }
  if (rows.length > most) rows.splice(0, rows.length - most);
}

// tell tells listeners in the next frame. A page in the background has none.
function tell() {
  if (frame) return;
  const run = () => {
    frame = 0;
    const what = changed;
    changed = new Set();
    for (const f of listeners) f(what);
  };
  frame = document.hidden ? setTimeout(run, 50) : requestAnimationFrame(run);
}

// start reads what there is, the newest first, and then follows. It starts again
// when the platform was started again.
export async function start(onState) {
  const mine = ++generation;
  source?.close();
  rows.length = 0;
  changed = null;
  tell();
  let page;
  try {
    page = await get(`exchanges?limit=${pageSize}`);
  } catch {
    onState("lost");
    setTimeout(() => mine === generation && start(onState), 1000);
    return;
  }
  if (mine !== generation) return;
  omitted = page.dropped;
  take(page.exchanges);
  ready = true;
  changed = null;
  tell();
  follow(page.version, mine, onState);
  while (page.more && rows.length < most && mine === generation) {
    page = await get(`exchanges?limit=${pageSize}&before=${page.exchanges[0].seq}`);
    if (mine !== generation) return;
    rows.unshift(...page.exchanges.filter((x) => !rows.length || x.seq < rows[0].seq));
    changed = null;
    tell();
  }
}

function follow(version, mine, onState) {
  source = new EventSource(`/api/v1/stream?since=${encodeURIComponent(version)}`);
  resume = null;
  // A browser has six connections to the console for all its tabs together, so
  // one that nobody looks at gives its own back.
  pause = () => {
    source.close();
    resume = () => follow(version, mine, onState);
  };
  source.addEventListener("open", () => onState("live"));
  source.addEventListener("error", () => {
    onState("lost");
    // A refusal, such as 503, ends an EventSource for good.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => mine === generation && start(onState), 1000);
  });
  source.addEventListener("setup", () => document.dispatchEvent(new Event("setup-changed")));
  source.addEventListener("restart", () => mine === generation && start(onState));
  source.addEventListener("changes", (event) => {
    if (mine !== generation) return;
    version = event.lastEventId;
    const changes = JSON.parse(event.data);
    take(changes.exchanges);
    omitted = changes.dropped;
    const kept = index(changes.first);
    if (kept > 0) {
      rows.splice(0, kept);
      changed = null;
    }
    tell();
  });
}

let pause = null;
let resume = null;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) pause?.();
  else resume?.();
});
