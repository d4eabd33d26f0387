// The answers to a template customer_feedback.

import { el } from "./dom.js";
import { ask } from "./ask.js";

// scores are the first and the last of each type of question:
// https://developers.facebook.com/docs/messenger-platform/send-messages/templates/customer-feedback-template
const scores = { csat: [1, 5], nps: [0, 10], ces: [1, 7] };

// answer opens a survey; act is called with what is answered.
export function answer(card, act) {
  const asked = card.survey.screens.flatMap((screen, index) => screen.questions.map((question) => ({ ...draw(question, index), question, index })));
  ask(card.title || "Feedback", asked.map((a) => a.node), "Submit", () => act({ type: "feedback", answers: asked.map(({ question, index, score, words }) => ({
    screen: index, question: question.id, type: question.type, payload: score(), ...(words?.value && { follow_up: words.value }),
  })) }));
}

function draw(question, index) {
  const name = `question-${index}-${question.id}`;
  const [first, last] = scores[question.type] ?? scores.csat;
  const choices = Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
  const inputs = choices.map((value) => el("input", { type: "radio", name, value, required: true }));
  const words = question.follow_up === "free_form" ? el("textarea", { rows: 3, placeholder: question.hint }) : null;
  const node = el("fieldset", { class: "question" }, el("legend", {}, question.title || question.id),
    el("div", { class: "row" }, inputs.map((input, i) => el("label", { class: "check" }, input, choices[i]))),
    words && el("label", {}, "In your own words", words));
  return { node, words, score: () => inputs.find((i) => i.checked)?.value ?? "" };
}
