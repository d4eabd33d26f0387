// What the scripts of all clients know of the platform.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { CLIENTS, GRAPH, PSID, APP_ID, APP_SECRET, PAGE_ID, PAGE_TOKEN, VERIFY_TOKEN, CALLBACK_URL } = process.env;
export const psid = PSID, appId = APP_ID, appSecret = APP_SECRET, pageId = PAGE_ID, pageToken = PAGE_TOKEN;
export const verifyToken = VERIFY_TOKEN, callbackUrl = CALLBACK_URL;

// graph is where the platform plays the Graph API. Empty: the client calls
// graph.facebook.com, as it does in production, and is led to the platform.
export const graph = GRAPH;

// The clients are installed outside the tree.
export const require = createRequire(CLIENTS + '/package.json');

// nobody has a right id, and nobody has that id.
export const nobody = '9999999999999999';

// observe returns an object that notes which of its methods are called: by the script,
// not by each other.
export function observe(target, called, prefix = '') {
  return new Proxy(target, {
    get(_, name) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      return (...args) => {
        called.add(prefix + name);
        return value.apply(target, args);
      };
    },
  });
}

// methodsOf lists the methods of a class, without those that it inherits.
export function methodsOf(prototype) {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name);
}

// everyMethod holds that each method of a client was called, or is named in others,
// which are lists by why nobody calls them here.
export function everyMethod(methods, called, others = {}) {
  const named = Object.values(others).flat();
  assert.deepEqual(methods.filter((m) => !called.has(m) && !named.includes(m)), [], 'nobody calls these methods, and no reason is named');
  assert.deepEqual(named.filter((m) => !methods.includes(m)), [], 'the client does not have these methods');
  assert.deepEqual(named.filter((m) => called.has(m)), [], 'these methods are called');
}
