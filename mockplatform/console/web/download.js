// Texts as files on the disk of who looks.

import { el } from "./dom.js";

// download lets the browser save a text.
export function download({ name, text }, type = "application/json") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000); // when it has surely been read
}
