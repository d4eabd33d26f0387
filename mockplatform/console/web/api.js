// The control API. A problem that it answers is thrown as an Error whose message
// says what to do, with the whole of it as its problem. A file is sent as it is, everything else as JSON.

import { written } from "./jsontext.js";

async function call(method, path, body) {
  const request = { method, headers: {} };
  if (body !== undefined) {
    const file = body instanceof Blob;
    request.headers["Content-Type"] = file ? body.type || "application/octet-stream" : "application/json";
    request.body = file ? body : written(body);
  }
  let answer;
  try {
    answer = await fetch(`/api/v1/${path}`, request);
  } catch {
    throw new Error("The platform does not answer. Is `referee serve` still running?");
  }
  const text = await answer.text();
  let document = null;
  try {
    document = text ? JSON.parse(text) : null;
  } catch {
    // It is told below by its status.
  }
  if (!answer.ok) {
    throw Object.assign(new Error(sentence(document?.detail) ?? `${answer.status} ${answer.statusText}`), { problem: document });
  }
  return document;
}

// sentence begins with a capital, unless it begins with a name or an address.
const sentence = (text) => text?.replace(/^[a-z]+ /, (word) => word[0].toUpperCase() + word.slice(1));

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);

// person is the path of a person.
export const person = (name) => `people/${encodeURIComponent(name)}`;
