// The ways into a thread other than writing: a link, an ad, a code, the plugin.

import { attempt, el } from "./dom.js";
import { post } from "./api.js";
import { raw } from "./jsontext.js";

// ways are the forms; act is called with an action, and done when it was taken.
export function ways(act, done) {
  const form = (id, label, button, fields, read) => el("details", { id: `way-${id}`, name: "way" },
    el("summary", {}, label),
    el("form", { class: "fields", onsubmit: async (event) => {
      event.preventDefault();
      const action = await attempt(async () => read());
      if (action && await act(action)) done();
    } }, fields, el("button", { class: "button primary", type: "submit" }, button)));

  const ref = (value) => el("input", { value, autocomplete: "off", spellcheck: "false" });
  const linkRef = ref("summer");
  const codeRef = ref("window-3");
  const pluginRef = ref("chat");
  const adRef = ref("spring-ad");
  const adID = el("input", { autocomplete: "off", inputmode: "numeric", placeholder: "the person's own" });
  const adText = el("input", { autocomplete: "off", placeholder: "none" });
  const context = el("textarea", { rows: 9, spellcheck: "false" });
  const page = el("input", { type: "url", placeholder: "https://www.example.com/" });
  example().then((text) => { context.value = text; });

  return [
    el("header", {}, el("h2", {}, "Come by…"), el("button", { class: "button plain only-narrow", type: "button", onclick: done }, "Close")),
    form("link", "An m.me link", "Open the link", [el("label", {}, "ref", linkRef)], () => ({ type: "link", ref: linkRef.value })),
    form("ad", "An ad", "Click the ad", [
      el("label", {}, "ref", adRef), el("label", {}, "ad_id", adID),
      el("label", {}, "ads_context_data", context),
      el("label", {}, "First message, which carries the data instead", adText),
    ], () => ({
      type: "ad", ref: adRef.value, ...(adID.value && { ad_id: adID.value }), ...(adText.value && { text: adText.value }),
      ads_context_data: parsed(context.value),
    })),
    form("code", "A QR code", "Scan the code", [el("label", {}, "ref", codeRef)], () => ({ type: "code", ref: codeRef.value })),
    form("plugin", "The chat plugin", "Open the plugin", [
      el("label", {}, "ref", pluginRef), el("label", {}, "referer_uri", page),
      el("p", { class: "small soft" }, "Who was added as a visitor is named by a user_ref, who was added as a guest by a guest's id."),
    ], () => ({ type: "plugin", ref: pluginRef.value, ...(page.value && { referer_uri: page.value }) })),
    el("p", { class: "small soft" }, "In a new thread, what brings somebody arrives with the postback of Get Started where the bot has set that button; else as a referral."),
  ];
}

// parsed is the context data; nothing leaves it out.
const parsed = (text) => (text.trim() ? raw(text, "ads_context_data") : null);

// example is the context data that the catalogue documents.
async function example() {
  try {
    const { event } = await post("events/preview", { variant: "referral.ads" });
    return JSON.stringify(event.referral.ads_context_data, null, 2);
  } catch {
    return "";
  }
}
