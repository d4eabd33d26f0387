// JSON as text. JSON.parse makes 120210000000000000 of the number 120210000000000001,
// puts members that look like numbers first, and keeps the last of two of one name; so
// what is shown, edited and sent is never what JSON.parse returns.

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

// problem says why a text is not JSON; empty if it is.
export function problem(text) {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return error.message;
  }
}

// laidOut is a JSON text with a member on each line; undefined for any other text. Every
// token stays as it is, but strings are without needless escapes where they are to be read.
export function laidOut(text, readable = true) {
  if (typeof text !== "string" || problem(text)) return undefined;
  let out = "";
  let depth = 0;
  let before = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const [token] of text.matchAll(tokens)) {
    const closes = token === "}" || token === "]";
    const opened = before === "{" || before === "[";
    if (closes) {
      depth--;
      if (!opened) out += line();
    } else if (opened || before === ",") {
      out += line();
    }
    if (token === "{" || token === "[") depth++;
    if (token === ":") out += ": ";
    else if (readable && token[0] === '"') out += JSON.stringify(JSON.parse(token));
    else out += token;
    before = token;
  }
  return out;
}

// Raw is a member of a request that is JSON text already.
class Raw {
  constructor(text) {
    this.text = text;
  }
}

// raw lets a text be a member of a request as it stands; what says in an error which text
// is not JSON.
export function raw(text, what) {
  const why = problem(text);
  if (why) throw new Error(`${what} is not JSON: ${why}`);
  return new Raw(text);
}

// written is a request as text.
export function written(body) {
  const members = Object.entries(body).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value instanceof Raw ? value.text : JSON.stringify(value)}`).join(",")}}`;
}
