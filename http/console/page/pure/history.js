// What was seen since the page was opened, for the charts: columns of equal
// length, the first of them seconds. Where nothing was seen for a while there
// is a gap, not a line.

export const lengthMax = 900;
const gapS = 3.5;

export function emptyHistory(names) {
  return {names, columns: [[], ...names.map(() => [])]};
}

// The same with one more row; it changes `history` and gives it back.
export function extended(history, seconds, values) {
  const [times] = history.columns;
  const last = times.at(-1);
  if (last !== undefined && seconds <= last)
    return history;
  if (last !== undefined && seconds - last > gapS)
    push(history, last + 1, history.names.map(() => null));
  push(history, seconds, history.names.map(x => values[x] ?? null));
  while (times.length > lengthMax)
    history.columns.forEach(x => x.shift());
  return history;
}

function push(history, seconds, values) {
  history.columns[0].push(seconds);
  values.forEach((x, i) => history.columns[i + 1].push(x));
}
