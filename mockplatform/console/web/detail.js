// One exchange with its bytes, and what the platform makes of them.

import { attempt, copy, el, fill, moment, toast } from "./dom.js";
import { get, post } from "./api.js";

// badge is how an exchange ended.
export function badge(x) {
  if (!x.settled) return el("span", { class: "badge" }, "…");
  const good = x.status >= 200 && x.status < 300 && !x.error;
  return el("span", { class: `badge ${good ? "good" : "bad"}` }, x.status || "error");
}

let latest = 0; // the newest request; answers to older ones come too late

// detail fills the pane with an exchange; close closes it.
export async function detail(pane, seq, close) {
  const mine = ++latest;
  let x;
  try {
    x = await get(`exchanges/${seq}`);
  } catch (error) {
    if (mine === latest) {
      pane.dataset.text = "";
      fill(pane, head(`Exchange ${seq}`, close), el("p", { class: "note bad" }, error.message));
    }
    return;
  }
  if (mine !== latest) return;
  // What is there already stays, with its focus and what was opened in it.
  const text = JSON.stringify(x);
  if (pane.dataset.text === text) return;
  const fresh = pane.dataset.seq !== String(seq);
  pane.dataset.seq = seq;
  pane.dataset.text = text;
  fill(pane,
    head(`Exchange ${x.seq}`, close, el("span", { class: "badge accent" }, x.kind), " ", badge(x)),
    el("dl", { class: "facts" },
      fact("What", x.variants?.join(", ") || x.brief),
      fact("Person", x.person), fact("At", moment(x.at)),
      fact("Took", x.settled ? `${x.duration_ms} ms` : "not over yet"),
      fact("Delivery", x.delivery_id && `${x.delivery_id}, attempt ${x.attempt}`),
      fact("Next attempt", x.next && moment(x.next)),
      fact("Token", x.token), fact("Done on purpose", x.faults?.join(", "))),
    x.error && el("p", { class: "note bad" }, x.error),
    x.kind === "delivery" && again(x),
    x.kind === "delivery" && signatures(x),
    x.findings.length > 0 && findings(x),
    part("Request", `${x.method ?? ""} ${x.url ?? ""} ${x.request.proto ?? ""}`, x.request),
    x.status > 0 && part("Answer", `${x.response.proto ?? ""} ${x.status}`, x.response));
  if (fresh) pane.scrollTop = 0;
}

const head = (text, close, ...badges) => el("header", {}, el("div", { class: "row" }, el("h2", {}, text), badges),
  el("button", { class: "button plain", type: "button", onclick: close, "aria-label": "Close the exchange" }, "✕"));

const fact = (name, value) => value && [el("dt", {}, name), el("dd", {}, value)];

// again sends a delivery once more, as it was or tampered.
function again(x) {
  const choice = el("select", { "aria-label": "How it is tampered" });
  attempt(async () => fill(choice, (await get("tamperings")).map((t) => el("option", { value: t.name }, t.description))));
  const send = (faults) => attempt(async () => {
    const done = await post(`exchanges/${x.seq}/resend`, { faults });
    toast(done.error ? `Not acknowledged: ${done.error}` : `Answered ${done.status}.`, done.error ? "bad" : "");
    if (done.exchange) location.hash = `#/timeline/${done.exchange}`;
  });
  return el("div", { class: "tools" },
    el("button", { class: "button", type: "button", onclick: () => send([]) }, "Send again"),
    el("button", { class: "button", type: "button", onclick: () => copy(x.curl) }, "Copy as curl"),
    el("span", { class: "row" }, choice, el("button", { class: "button danger", type: "button", onclick: () => send([choice.value]) }, "Send again, tampered")));
}

function signatures(x) {
  return el("section", { class: "signatures" }, el("h3", {}, "Signature check"),
    x.unsigned && el("p", { class: "note warn" }, "The delivery has no signature."),
    el("ul", {}, x.signatures.map((s) => el("li", {},
      el("span", { class: `badge ${s.valid ? "good" : "bad"}` }, s.valid ? "valid" : "invalid"), " ", el("code", {}, s.header),
      s.problem && el("p", { class: "small" }, s.problem)))));
}

function findings(x) {
  return el("section", { class: "findings" }, el("h3", {}, "Schema findings"),
    el("ul", {}, x.findings.map((f) => el("li", {},
      el("span", { class: `badge ${f.valid ? "good" : "bad"}` }, f.valid ? "valid" : `${f.problems.length} found`), ` ${f.part} by `, el("code", {}, f.schema),
      el("ul", { class: "small" }, f.problems.map((p) => el("li", {}, el("code", {}, p.pointer || "(document)"), " ", p.message)))))));
}

function part(name, line, message) {
  return el("section", {}, el("h3", {}, name), el("p", { class: "mono" }, line),
    message.headers.length > 0 && el("details", { open: name === "Request" }, el("summary", { class: "small" }, `${message.headers.length} headers`),
      el("table", {}, el("tbody", {}, message.headers.map((h) => el("tr", {}, el("th", { scope: "row" }, h.name), el("td", { class: "mono" }, h.value)))))),
    body(name, message.body));
}

// body shows bytes as they are, formatted, or as hexadecimal digits.
function body(name, content) {
  if (content.size === 0) return el("p", { class: "small soft" }, "No body.");
  const out = el("pre", { class: "text", tabindex: "0", "aria-label": `${name}: body` });
  const ways = { Raw: () => content.text ?? hex(content.bytes), Hex: () => hex(content.bytes) };
  try {
    const formatted = JSON.stringify(JSON.parse(content.text), null, 2);
    ways.Formatted = () => formatted;
  } catch {
    // It is not JSON.
  }
  const buttons = Object.keys(ways).reverse().map((way) => el("button", { type: "button", onclick: () => choose(way) }, way));
  function choose(way) {
    out.textContent = ways[way]();
    for (const b of buttons) b.setAttribute("aria-pressed", String(b.textContent === way));
  }
  choose(ways.Formatted ? "Formatted" : content.text === undefined ? "Hex" : "Raw");
  return el("div", {}, el("div", { class: "headline" }, el("span", { class: "small soft" }, `${content.size} bytes${content.cut ? ", cut" : ""}`),
    el("span", { class: "switch", role: "group", "aria-label": "How the body is shown" }, buttons)), out);
}

// hex is a dump of Base64 bytes, sixteen a line.
function hex(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).slice(0, 16384);
  const lines = [];
  for (let i = 0; i < bytes.length; i += 16) {
    const piece = [...bytes.slice(i, i + 16)];
    const digits = piece.map((b) => b.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    lines.push(`${i.toString(16).padStart(6, "0")}  ${digits}  ${piece.map((b) => (b > 31 && b < 127 ? String.fromCharCode(b) : ".")).join("")}`);
  }
  return lines.join("\n");
}
