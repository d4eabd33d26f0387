// The tools as WebAssembly, beside the page, which stays at hand while they work.
"use strict";
importScripts("wasm_exec.js");

const waiting = [];
let ready = false;

onmessage = ({ data }) => {
  if (ready) answer(data);
  else waiting.push(data);
};

const answer = ({ id, tool, question }) => postMessage({ id, answer: refereeCall(tool, question) });

// refereeReady is called by the program when it takes questions.
globalThis.refereeReady = () => {
  ready = true;
  postMessage({ ready });
  waiting.splice(0).forEach(answer);
};

// unpacked is the program. Some servers unpack it on the way, and tell the browser so.
async function unpacked() {
  const response = await fetch("tools.wasm.gz");
  if (!response.ok) throw new Error(`tools.wasm.gz is answered with ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

(async () => {
  try {
    const go = new Go();
    const { instance } = await WebAssembly.instantiate(await unpacked(), go.importObject);
    await go.run(instance);
    throw new Error("the tools have ended; load the page again");
  } catch (error) {
    postMessage({ failed: String(error.message ?? error) });
  }
})();
