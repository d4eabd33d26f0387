// The lines of two texts side by side.

const most = 4e6; // comparisons, above which lines are paired by their places

// diff pairs the lines of two texts: { left, right, same }, where a line that the other
// text has not is paired with undefined.
export function diff(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (line) => ({ left: line, right: line, same: true });
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

// middle pairs by the longest sequence of lines that both have.
function middle(a, b) {
  if (a.length * b.length > most) return pair(a, b);
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const rows = [];
  let [i, j, fromA, fromB] = [0, 0, 0, 0];
  const flush = () => rows.push(...pair(a.slice(fromA, i), b.slice(fromB, j)));
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      flush();
      rows.push({ left: a[i], right: b[j], same: true });
      [fromA, fromB] = [++i, ++j];
    } else if (longest[i + 1][j] >= longest[i][j + 1]) {
      i++;
    } else {
      j++;
    }
  }
  [i, j] = [a.length, b.length];
  flush();
  return rows;
}

// pair sets lines beside each other by their places.
const pair = (a, b) => Array.from({ length: Math.max(a.length, b.length) }, (_, i) => ({ left: a[i], right: b[i], same: a[i] === b[i] }));
