// The tools of a page: what is pasted goes to them, and what they say is shown. Text goes
// into text nodes, whatever it holds.
"use strict";

(() => {
  const inPage = document.currentScript.dataset.inPage === "true";
  const form = document.querySelector("form.tool");
  const answer = document.getElementById("answer");
  const state = document.getElementById("state");
  const text = form.elements.text;
  const patience = 250; // ms from the last key to the question
  let file = null; // the bytes of a file that was chosen, as Base64
  let asked = 0; // counts questions: of several the last one is answered

  // el makes an element. Children are nodes, texts or lists of them; false, null and
  // undefined are none.
  function el(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== false && child !== null && child !== undefined && child !== ""));
    return node;
  }

  // prose is a text whose parts between backticks are code.
  const prose = (words) => {
    const parts = words.split("`");
    return parts.length % 2 === 0 ? [words] : parts.map((part, i) => (i % 2 === 1 ? el("code", {}, part) : part));
  };

  const say = (words, kind = "") => {
    state.hidden = words === "";
    state.className = `note ${kind}`;
    state.replaceChildren(...prose(words));
  };

  const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

  // ---- who answers

  const questions = new Map();
  let worker = null;
  let broken = ""; // why nobody answers

  function begin() {
    if (location.protocol === "file:") {
      broken = "A browser gives no WebAssembly to a page that was opened as a file. Serve the folder, as `python3 -m http.server` does in it; on the command line `referee validate`, `drift`, `sign` and `verify` do the same. All other pages are whole.";
      say(broken, "warn");
      return;
    }
    worker = new Worker("worker.js");
    worker.onmessage = ({ data }) => {
      if (data.failed) {
        broken = `The tools could not be loaded: ${data.failed}.`;
        say(broken, "bad");
        for (const { reject } of questions.values()) reject(new Error(broken));
        questions.clear();
      } else if (data.ready) {
        document.documentElement.dataset.tools = "ready";
      } else {
        questions.get(data.id).resolve(data.answer);
        questions.delete(data.id);
      }
    };
    worker.onerror = (event) => worker.onmessage({ data: { failed: event.message || "worker.js is not there" } });
  }

  // ask asks a tool. What it cannot answer is an error.
  async function ask(tool, question) {
    if (broken) throw new Error(broken);
    const said = JSON.parse(await (inPage ? askWorker : askServer)(tool, JSON.stringify(question)));
    if (said.error) throw new Error(said.error);
    return said;
  }

  let numbered = 0;
  const askWorker = (tool, question) => new Promise((resolve, reject) => {
    questions.set(++numbered, { resolve, reject });
    worker.postMessage({ id: numbered, tool, question });
  });

  async function askServer(tool, question) {
    const response = await fetch(`tools/${tool}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: question });
    if (!response.ok) throw new Error(`The server answers ${response.status}: ${await response.text()}`);
    return response.text();
  }

  // ---- what is asked

  const given = () => (file ? { bytes: file.bytes } : { text: text.value });
  const dated = () => (form.elements.as_of?.value.trim() ? { as_of: form.elements.as_of.value.trim() } : {});
  const empty = () => !file && text.value.trim() === "";

  const tools = {
    async validate(turn) {
      const said = await ask("validate", { ...given(), ...dated() });
      if (turn !== asked) return;
      const many = said.payloads.length > 1;
      answer.replaceChildren(
        ...(many ? [el("p", {}, `${count(said.valid + said.invalid, "payload")}: ${said.valid} valid, ${said.invalid} not.${said.more ? ` The first ${said.payloads.length} are told of.` : ""}`)] : []),
        ...said.payloads.map((payload, index) => shownPayload(payload, index, many)));
    },
    async drift(turn) {
      const against = form.elements.against.value.trim();
      const said = await ask("drift", { ...given(), ...dated(), ...(against && { against: { text: against } }) });
      if (turn !== asked) return;
      answer.replaceChildren(
        el("h2", {}, `${count(said.samples, "payload")}, ${count(said.events, "event")}: ${said.drift?.length ? count(said.drift.length, "difference") : "no drift"}`),
        ...(said.drift ?? []).map(shownItem),
        ...(said.more ? [el("p", {}, `${said.more} more were only counted: they are too many to tell apart.`)] : []));
    },
    async sign(turn) {
      const said = await ask("sign", { ...given(), secret: form.elements.secret.value });
      if (turn !== asked) return;
      answer.replaceChildren(el("section", { class: "payload" },
        el("h2", {}, `${count(said.bytes, "byte")} signed`),
        [["X-Hub-Signature-256", said.sha256], ["X-Hub-Signature", said.sha1]].map(([name, value]) => el("p", { class: "signature" }, el("span", { class: "soft" }, name), el("code", { tabindex: "0" }, value)))));
    },
    async verify(turn) {
      const said = await ask("verify", { ...given(), secret: form.elements.secret.value, signature: form.elements.signature.value.trim() });
      if (turn !== asked) return;
      answer.replaceChildren(el("section", { class: `payload ${said.fits ? "" : "bad"}` },
        el("h2", {}, said.fits ? "✓ The signature fits" : "✗ The signature does not fit"),
        el("p", {}, said.fits ? `It is that of this body of ${count(said.bytes, "byte")}.` : `${said.problem}. The body has ${count(said.bytes, "byte")}.`)));
    },
  };

  // run asks a tool about what is in the form, and shows what it says.
  async function run(tool) {
    const turn = ++asked;
    if (empty() && tool !== "sign" && tool !== "verify") { // a body of no bytes has a signature, too
      answer.replaceChildren();
      if (!broken) say("");
      return;
    }
    if (!broken) say(document.documentElement.dataset.tools === "ready" || !inPage ? "" : "The tools are being loaded, 1.9 MB, once …");
    answer.setAttribute("aria-busy", "true");
    try {
      await tools[tool](turn);
      if (turn === asked) say("");
    } catch (error) {
      if (turn !== asked) return;
      answer.replaceChildren();
      say(error.message, broken ? "warn" : "bad");
    } finally {
      if (turn === asked) answer.removeAttribute("aria-busy");
    }
  }

  // ---- what is shown

  const variantLink = (variant) => el("a", { href: `variants/${encodeURIComponent(variant.id)}.html` }, el("code", {}, variant.id));
  const sent = (variant) => `${variant.since ? `, since ${variant.since}` : ""}${variant.until ? `, until ${variant.until}` : ""}`;
  const named = (variant) => [variantLink(variant), ` ${variant.title}`, variant.status !== "documented" && [" ", el("span", { class: "badge warn" }, variant.status)], el("span", { class: "soft" }, sent(variant))];
  const list = (items, make) => items.length > 0 && el("ul", { class: "found" }, items.map((item) => el("li", {}, make(item))));

  // place is a button that leads to a place in the text.
  function place(at) {
    if (!at) return null;
    const words = `line ${at.line}, column ${at.column}`;
    if (file) return el("span", { class: "badge" }, words);
    return el("button", { class: "place", type: "button", onclick: () => goTo(at) }, words);
  }

  // goTo selects the character at a place; columns count characters.
  function goTo({ line, column }) {
    const lines = text.value.split("\n");
    let from = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
    from += [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
    text.focus();
    text.setSelectionRange(from, Math.min(from + 1, text.value.length));
  }

  function problem(found) {
    return [place(found.place), " ", el("code", {}, found.pointer || "the document"), ` ${found.message}`];
  }

  function shownPayload(payload, index, many) {
    const events = payload.events;
    const title = payload.error ? "This is not JSON"
      : payload.valid ? "Valid" : "Not valid";
    const since = el("div", {});
    const shown = el("section", { class: `payload ${payload.valid ? "" : "bad"}` },
      el("h2", {}, `${payload.valid ? "✓" : "✗"} ${title}`, many && el("span", { class: "soft small" }, ` ${payload.where.replace(/^the text:/, "line ")}`)),
      payload.error && el("p", {}, place(payload.place), " ", payload.error),
      payload.problems.length > 0 && [el("h3", {}, "What is wrong"), list(payload.problems, problem)],
      payload.novelties.length > 0 && [el("h3", {}, "What no source has"), list(payload.novelties, problem)],
      payload.variants.length > 0 && [el("h3", {}, "The whole is"), list(payload.variants, named)],
      payload.variants.length === 0 && events.length > 0 && [el("h3", {}, events.length > 1 ? count(events.length, "event") : "The event"), list(events, shownEvent)],
      !payload.error && events.length === 0 && el("p", {}, "There is no event in it."),
      since);
    if (payload.error) return shown;
    if (many) since.append(el("button", { class: "button", type: "button", onclick: () => tellSince(since, index) }, "Since when?"));
    else tellSince(since, index);
    return shown;
  }

  function shownEvent(event) {
    const at = [place(event.place), " ", el("code", {}, event.pointer || "the document"), " "];
    if (event.variants.length > 0) return [at, "is ", event.variants.map((variant, i) => [i > 0 && el("span", {}, " or "), named(variant)])];
    const kind = event.known ? `is a ${event.kind} of a shape that no source has` : `is of a kind that nobody knows: ${event.kind || "nothing tells it"}`;
    return [at, kind, event.nearest && ["; nearest is ", named(event.nearest)],
      event.differences.length > 0 && el("ul", { class: "seen" }, event.differences.map((d) => el("li", {}, d)))];
  }

  async function tellSince(node, index) {
    const turn = asked;
    node.replaceChildren(el("p", { class: "soft" }, "Since when? The catalogues of all days are asked …"));
    try {
      const said = await ask("since", { ...given(), index });
      if (turn !== asked) return;
      node.replaceChildren(el("h3", {}, "Since when"), said.steps.length > 0 ? list(said.steps, (step) => [
        el("b", {}, step.date), step.version && el("span", { class: "badge" }, step.version), " ",
        place(step.place), " ", el("code", {}, step.pointer || "the document"), step.gone ? " is sent no more. " : " came. ",
        step.change, " ", /^https?:/.test(step.source ?? "") ? el("a", { href: step.source, rel: "noopener noreferrer" }, "Source") : step.source && `(${step.source})`,
      ]) : el("p", {}, `No day is known on which something in it came or went; the history begins with ${said.first}.`));
    } catch (error) {
      if (turn === asked) node.replaceChildren(el("p", { class: "note bad" }, error.message));
    }
  }

  function shownItem(item) {
    return el("section", { class: `item ${item.class}` },
      el("h2", {}, el("span", { class: `badge ${{ breaking: "bad", risky: "warn", harmless: "good" }[item.class]}` }, item.class), ` ${item.what}: `, el("code", {}, `${item.event || (item.what === "new event kind" ? "none" : "delivery")} ${item.pointer}`)),
      el("p", {}, item.detail),
      el("dl", { class: "facts" }, [
        ["Breaks", item.breaks], ["Seen", `${count(item.count, "time")}${item.first ? `, ${item.first}${item.last !== item.first ? ` to ${item.last}` : ""}` : ""}${item.where ? `, first in ${item.where}` : ""}`],
        ["Example", item.example !== undefined && el("code", {}, JSON.stringify(item.example))], ["Id", el("code", {}, item.id)],
      ].filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
  }

  // ---- the form

  const by = (tool) => tool === "sign" && form.elements.signature.value.trim() !== "" && document.activeElement === form.elements.signature ? "verify" : tool;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter?.name;
    run(tools[pressed] ? pressed : by(form.dataset.tool));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run(by(form.dataset.tool));
    }
  });

  let timer = 0;
  text.addEventListener("input", () => {
    file = null;
    clearTimeout(timer);
    if (form.dataset.tool === "validate") timer = setTimeout(() => run("validate"), patience);
    else forget();
  });
  // The schemas are compiled when they are first used: best while somebody pastes. What
  // goes wrong with that is told with the first question.
  if (form.dataset.tool !== "sign") text.addEventListener("focus", () => ask("validate", { text: '{"object":"page","entry":[]}' }).catch(() => {}), { once: true });

  form.elements.as_of?.addEventListener("change", () => run(form.dataset.tool));
  for (const name of ["secret", "signature"]) form.elements[name]?.addEventListener("input", forget);

  // forget takes an answer away that is not about what is in the form any more.
  function forget() {
    asked++;
    answer.replaceChildren();
  }

  form.elements.example.addEventListener("click", () => fillWith(text.dataset.example));
  form.elements.file.addEventListener("change", async () => {
    const [chosen] = form.elements.file.files;
    if (!chosen) return;
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    text.value = new TextDecoder().decode(bytes);
    let binary = "";
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    file = { bytes: btoa(binary) };
    form.elements.file.value = ""; // so that it can be chosen again
    if (form.dataset.tool === "sign") forget();
    else run(form.dataset.tool);
  });

  function fillWith(payload) {
    file = null;
    text.value = payload;
    if (form.dataset.tool === "sign") forget();
    else run(form.dataset.tool);
  }

  // from takes over the payload that the address names after its #: payload=…
  function from() {
    const payload = new URLSearchParams(location.hash.slice(1)).get("payload");
    if (payload !== null) fillWith(payload);
  }

  if (inPage) begin();
  addEventListener("hashchange", from);
  from();
})();
