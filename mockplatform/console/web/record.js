// A talk as what is expected of the bot from then on.

import { attempt, copy, el } from "./dom.js";
import { get, person as path } from "./api.js";
import { ask } from "./ask.js";
import { download } from "./download.js";

// record shows a person's talk as an expectation, to copy or to save.
export async function record(who) {
  const talk = await attempt(() => get(`${path(who)}/expectation`));
  if (!talk) return;
  ask("The talk as an expectation", [
    el("p", { class: "small soft" }, "For ", el("code", {}, "referee run --expect"), ", or behind ", el("code", {}, "expect:"), " in referee.yaml: somebody else does the same, and the bot has to answer the same. Loosen what changes from day to day."),
    el("pre", { class: "text", tabindex: "0", "aria-label": "Expectation" }, talk.text),
    el("div", { class: "row" }, el("button", { class: "button", type: "button", onclick: () => copy(talk.text) }, "Copy")),
  ], "Save the file", async () => {
    download(talk, "application/yaml");
    return talk;
  });
}
