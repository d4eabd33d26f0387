// What a person sends beside texts: files, stickers, places.

import { attempt, el } from "./dom.js";
import { post } from "./api.js";
import { ask } from "./ask.js";

const kinds = { image: "Image", video: "Video", audio: "Audio", file: "File" };

// attach is a button with its menu; act is called with what the person sends.
export function attach(act) {
  const file = el("input", { type: "file", id: "attached-file", hidden: true, "aria-label": "File to send", onchange: () => {
    const [chosen] = file.files;
    open(false);
    if (chosen) attempt(() => send(chosen, act));
    file.value = ""; // so that the same file can be chosen again
  } });
  const choices = el("ul", {}, [
    ["A file of this computer", () => file.click()],
    ["A file at an address", () => askAddress(act)],
    ["A thumb", () => act({ type: "sticker" })],
    ["A place", () => askPlace(act)],
  ].map(([label, choose]) => el("li", {}, el("button", { type: "button", onclick: () => {
    open(false);
    choose();
  } }, label))));
  const sheet = el("div", { class: "menu", id: "attach", hidden: true }, choices);
  const button = el("button", {
    class: "button plain round", type: "button", "aria-label": "Attach", "aria-expanded": "false", "aria-controls": "attach", onclick: () => open(sheet.hidden),
  }, "+");
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    button.focus();
  });

  function open(wanted) {
    sheet.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) sheet.querySelector("button").focus();
  }

  return [button, sheet, file];
}

const mostMiB = 8; // of a file, as POST /api/v1/files takes it

// send puts a file where a receiver fetches it, and sends it as what it is.
async function send(file, act) {
  if (file.size > mostMiB << 20) throw new Error(`${file.name} has ${(file.size / (1 << 20)).toFixed(1)} MiB, and a file that a person sends has ${mostMiB} MiB at most: choose a smaller one.`);
  if (file.size === 0) throw new Error(`${file.name} is empty: choose a file that has something in it.`);
  const { url } = await post(`files?name=${encodeURIComponent(file.name.slice(0, 200))}`, file);
  const [kind] = file.type.split("/");
  return act({ type: kinds[kind] ? kind : "file", url });
}

function askAddress(act) {
  const kind = el("select", {}, Object.entries(kinds).map(([value, label]) => el("option", { value }, label)));
  const url = el("input", { type: "url", placeholder: "the catalogue's example", autocomplete: "off" });
  ask("Send a file at an address", [el("label", {}, "Kind", kind), el("label", {}, "Address", url)], "Send the file",
    () => act({ type: kind.value, ...(url.value && { url: url.value }) }));
}

function askPlace(act) {
  const number = (value, most) => el("input", { type: "number", step: "any", required: true, min: -most, max: most, value });
  const lat = number("59.33", 90);
  const long = number("18.06", 180);
  ask("Send a place", [
    el("p", { class: "small soft" }, "Meta's pages of today have no places any more; this is the event of the last that had."),
    el("label", {}, "Latitude", lat), el("label", {}, "Longitude", long),
  ], "Send the place", () => act({ type: "location", lat: lat.valueAsNumber, long: long.valueAsNumber }));
}
