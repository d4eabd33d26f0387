// Pictures, films and sounds of messages. Those that were uploaded, and those on this
// machine, come by the console; of others the address stands in their place.

import { el, webAddress } from "./dom.js";

// picture shows what source names, an address or an attachment_id, or else the file
// that came with an exchange.
export function picture(source, exchange, alt) {
  const path = place(source, exchange);
  if (!path) return missing("Picture, not loaded", source);
  const node = el("img", { class: "shown", src: path, alt, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(missing("Picture that cannot be shown", source)));
  return node;
}

// player plays a film (video) or a sound (audio), with the browser's own controls; name is
// what a screen reader calls it.
export function player(kind, source, exchange, name) {
  const path = place(source, exchange, "media");
  const label = kind === "video" ? "Video" : "Audio";
  if (!path) return missing(`${label}, not loaded`, source);
  const node = el(kind, { class: "played", src: path, controls: true, preload: "metadata", "aria-label": name || label });
  node.addEventListener("error", () => node.replaceWith(missing(`${label} that cannot be played`, source)));
  return node;
}

function missing(what, source) {
  const address = source && webAddress(source);
  return el("p", { class: "picture" }, what, source && el("br"),
    address ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, source) : source);
}

// place is where the console has a picture, or media; null for what is elsewhere.
export function place(source, exchange, what = "pictures") {
  if (!source) return exchange ? `/api/v1/${what}?exchange=${exchange}` : null;
  return /^\d+$/.test(source) || isLocal(source) ? `/api/v1/${what}?source=${encodeURIComponent(source)}` : null;
}

function isLocal(text) {
  try {
    const { protocol, hostname } = new URL(text);
    return /^https?:$/.test(protocol) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}
