// What the states of a receiver mean: the kind of a badge, a word, and a sentence.

export const states = {
  none: ["warn", "No receiver", "No receiver: nothing can be delivered"],
  active: ["good", "Active", "It gets what happens"],
  failing: ["bad", "Failing", "Failing: the last attempt was not acknowledged, and it is tried again"],
  alert: ["warn", "Alert", "Alert: it has been failing for so long that Meta would write to its developers"],
  disabled: ["bad", "Disabled", "Disabled: it kept failing, and gets nothing until it subscribes again"],
};
