// What a page keeps in the address, so that a reload and the way back find it again.

// address is the fragment of a page: the parts of its path, and the parameters that have a
// value.
export function address(parts, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${query && `?${query}`}`;
}

// stay changes the address without going anywhere.
export const stay = (fragment) => history.replaceState(null, "", fragment);
