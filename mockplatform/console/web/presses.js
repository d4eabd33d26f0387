// What becomes of a button that is pressed, whichever type it has.

import { el } from "./dom.js";
import { ask } from "./ask.js";
import { logIn } from "./linking.js";

// silent are the types of buttons of which the bot is told nothing, with why.
const silent = {
  web_url: "Its address is none of http or https, so there is nothing to open, and the bot is told nothing.",
  payment: "Meta has ended the buy button, so the bot is told nothing. The catalogue has what a bot was once told: payment.stripe.",
};

// press presses a button for a person. act is called with what the person does by it, tell
// with what there is to say where that is nothing.
export function press(button, person, act, tell) {
  const known = {
    postback: () => act({ type: "button", title: button.title, payload: button.payload ?? "" }),
    account_link: () => logIn(button, person, act),
    account_unlink: () => act({ type: "account-unlink" }),
    game_play: () => play(button, act),
  }[button.type ?? "postback"];
  if (known) return known();
  const why = silent[button.type] ?? "That Meta tells a bot of it is not known here, so the bot is told nothing.";
  return tell(`“${button.title || button.type}” was pressed, a button of the type ${button.type}. ${why}`);
}

// play opens a game, of which the bot is told when a round is over.
function play(button, act) {
  const field = (properties) => el("input", { autocomplete: "off", spellcheck: "false", placeholder: "the catalogue's example", ...properties });
  const score = field({ inputmode: "numeric", pattern: "-?[0-9]{1,20}", title: "A whole number" });
  const payload = field({});
  ask(button.title || "Play", [
    el("p", { class: "small soft" }, "The button opens a game, and the bot is told nothing of it. It is told when a round was played, by the field messaging_game_plays."),
    el("label", {}, "Score", score), el("label", {}, "Payload, which a game may set", payload),
  ], "Play a round", () => act({ type: "game", ...(score.value && { score: score.value }), ...(payload.value && { payload: payload.value }) }));
}
