// One exchange with its bytes, and what the platform makes of them.

import { again } from "./again.js";
import { get } from "./api.js";
import { compareWith, partner } from "./compare.js";
import { arrange, el, moment, refill } from "./dom.js";
import { laidOut } from "./jsontext.js";
import { related } from "./related.js";
import { find } from "./stream.js";

// badge is how an exchange ended.
export function badge(x) {
  if (!x.settled) return el("span", { class: "badge" }, "…");
  const good = x.status >= 200 && x.status < 300 && !x.error;
  return el("span", { class: `badge ${good ? "good" : "bad"}` }, x.status || "error");
}

// detail fills a pane with exchanges, one at a time; close closes it. Of what it returns,
// show shows the exchange of a number, or shows it again after it changed, and came looks
// whether exchanges of these numbers belong to it.
//
// Only what differs from what is there is drawn: whoever is about to press a
// button, reads with the keyboard or has scrolled must not lose the place because
// an answer came in, or because another exchange was opened.
export function detail(pane, close) {
  let latest = 0; // the newest request; answers to older ones come too late
  let wanted = 0; // the number of the exchange that was asked for last
  let shown = null; // the exchange in the pane
  const drawn = new Map(); // the parts by name, with the data that they were made of
  const heading = el("h2");
  const badges = el("span", { class: "row" });
  const header = el("header", {}, el("div", { class: "row" }, heading, badges),
    el("button", { class: "button plain", type: "button", onclick: close, "aria-label": "Close the exchange" }, "✕"));

  const tools = again(() => shown);

  // part is a part of the pane: the one that is there if it has the same data.
  function part(name, data, make) {
    const text = JSON.stringify(data);
    if (drawn.get(name)?.text !== text) drawn.set(name, { text, node: make(data) });
    return drawn.get(name).node;
  }

  function draw(x, belongs) {
    const delivery = x.kind === "delivery";
    heading.textContent = `Exchange ${x.seq}`;
    refill(badges, { kind: x.kind, settled: x.settled, status: x.status, error: x.error }, (data) => [el("span", { class: "badge accent" }, data.kind), badge(data)]);
    arrange(pane, [
      header,
      part("facts", [
        ["What", x.variants?.join(", ") || x.brief],
        ["Person", x.person], ["At", moment(x.at)],
        ["Took", x.settled ? `${x.duration_ms} ms` : "not over yet"],
        ["Delivery", x.delivery_id && `${x.delivery_id}, attempt ${x.attempt}`],
        ["Next attempt", x.next && moment(x.next)],
        ["Token", x.token], ["Done on purpose", x.faults?.join(", ")],
        ["Meta would refuse it", x.warnings?.join("; ")],
      ], (facts) => el("dl", { class: "facts" }, facts.map(([name, value]) => fact(name, value)))),
      x.error && part("error", x.error, problem),
      delivery && tools.node,
      belongs && part("related", belongs, related),
      part("compare", [x.seq, partner(x)], ([, likely]) => compareWith(x, likely)),
      delivery && part("signatures", { unsigned: x.unsigned, signatures: x.signatures }, signatures),
      x.findings.length > 0 && part("findings", x.findings, findings),
      part("request", [`${x.method ?? ""} ${x.url ?? ""} ${x.request.proto ?? ""}`, x.request], ([line, message]) => bytes("Request", line, message)),
      x.status > 0 && part("answer", [`${x.response.proto ?? ""} ${x.status}`, x.response], ([line, message]) => bytes("Answer", line, message)),
    ].filter(Boolean));
  }

  async function show(seq) {
    const mine = ++latest;
    wanted = seq;
    let x;
    let belongs;
    try {
      [x, belongs] = await Promise.all([get(`exchanges/${seq}`), get(`exchanges/${seq}/related`)]);
    } catch (error) {
      if (mine !== latest) return;
      shown = null;
      heading.textContent = `Exchange ${seq}`;
      refill(badges, null, () => []);
      arrange(pane, [header, part("error", error.message, problem)]);
      return;
    }
    if (mine !== latest) return;
    const other = shown?.seq !== x.seq;
    shown = x;
    if (other && x.kind === "delivery") tools.renew();
    draw(x, belongs);
    if (other) pane.scrollTop = 0;
  }

  function came(changed) {
    if (shown?.seq === wanted && (!changed || changed.has(shown.seq) || shown.person && [...changed].some((seq) => find(seq)?.person === shown.person))) show(shown.seq);
  }

  return { show, came };
}

const problem = (text) => el("p", { class: "note bad" }, text);

const fact = (name, value) => value && [el("dt", {}, name), el("dd", {}, value)];

function signatures(x) {
  return el("section", { class: "signatures" }, el("h3", {}, "Signature check"),
    x.unsigned && el("p", { class: "note warn" }, "The delivery has no signature."),
    el("ul", {}, x.signatures.map((s) => el("li", {},
      el("span", { class: `badge ${s.valid ? "good" : "bad"}` }, s.valid ? "valid" : "invalid"), " ", el("code", {}, s.header),
      s.problem && el("p", { class: "small" }, s.problem)))));
}

function findings(list) {
  return el("section", { class: "findings" }, el("h3", {}, "Schema findings"),
    el("ul", {}, list.map((f) => el("li", {},
      el("span", { class: `badge ${f.valid ? "good" : "bad"}` }, f.valid ? "valid" : `${f.problems.length} found`), ` ${f.part} by `, el("code", {}, f.schema),
      el("ul", { class: "small" }, f.problems.map((p) => el("li", {}, el("code", {}, p.pointer || "(document)"), " ", p.message)))))));
}

function bytes(name, line, message) {
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
  const formatted = laidOut(content.text);
  if (formatted !== undefined) ways.Formatted = () => formatted;
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
