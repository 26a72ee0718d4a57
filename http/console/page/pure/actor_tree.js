// The supervision tree out of a flat list, as the rows that are to be shown.

const rank = {depth: "depth", messages: "messages_per_second", busy: "busy",
              wait: "wait_ms", restarts: "restarts", state: "state"};

function compare(a, b, sort) {
  if (sort === "name")
    return a.name.localeCompare(b.name, "en", {numeric: true});
  const x = a[rank[sort]] ?? -1;
  const y = b[rank[sort]] ?? -1;
  return typeof x === "string" ? x.localeCompare(y) : x - y;
}

function sorted(actors, {sort, order}) {
  const sign = order === "asc" ? 1 : -1;
  return [...actors].sort((a, b) =>
    sign * compare(a, b, sort) || compare(a, b, "name"));
}

// Actors by the name of their parent; those whose parent is not there are at
// the top, under "".
function byParent(actors) {
  const names = new Set(actors.map(x => x.name));
  const result = new Map();
  for (const x of actors) {
    const parent = names.has(x.parent) && x.parent !== x.name ? x.parent : "";
    result.set(parent, [...(result.get(parent) ?? []), x]);
  }
  return result;
}

// Those that `matches` holds for, and all above them.
function kept(actors, matches) {
  const parents = new Map(actors.map(x => [x.name, x.parent]));
  const names = new Set();
  for (const x of actors.filter(matches))
    for (let at = x.name; parents.has(at) && !names.has(at);
         at = parents.get(at))
      names.add(at);
  return actors.filter(x => names.has(x.name));
}

// Rows {actor, level, children, isOpen} in the order of the tree. `how` says
// {sort, order, filter, closed: a set of names}.
export function treeRows(actors, how) {
  const filter = how.filter.toLowerCase();
  const shown = filter === ""
    ? actors
    : kept(actors, x => x.name.toLowerCase().includes(filter));
  const children = byParent(shown);
  const rows = [];
  const add = (parent, level) => {
    for (const actor of sorted(children.get(parent) ?? [], how)) {
      const size = (children.get(actor.name) ?? []).length;
      const isOpen = !how.closed.has(actor.name);
      rows.push({actor, level, children: size, isOpen});
      if (isOpen)
        add(actor.name, level + 1);
    }
  };
  add("", 0);
  return rows;
}
