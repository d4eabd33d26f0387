// The control API. A problem that it answers is thrown as an Error whose message
// says what to do.

async function call(method, path, body) {
  const request = { method, headers: {} };
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
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
    const details = (document?.errors ?? []).map((e) => `${e.message} (${e.location})`);
    throw new Error([document?.detail ?? `${answer.status} ${answer.statusText}`, ...details].join(": "));
  }
  return document;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);

// person is the path of a person.
export const person = (name) => `people/${encodeURIComponent(name)}`;
