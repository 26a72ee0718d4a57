// What a cluster's answer means: who is well, who owns what, in letters.

export function isLost(node) {
  return !node.alive && !node.leaving;
}

// One or two words. Who stopped in order has left, and is not lost.
export function nodeStates(node) {
  const life = isLost(node) ? "lost"
    : !node.alive ? "left"
    : node.leaving ? "leaving"
    : node.joining ? "joining" : "alive";
  if (!node.drained)
    return [life];
  return life === "alive" ? ["drained"] : [life, "drained"];
}

// A, B, … Z, A1, B1, …
function letterOf(i) {
  const round = Math.floor(i / 26);
  return String.fromCharCode(65 + i % 26) + (round > 0 ? round : "");
}

// Who can be seen on the map, in the order of the nodes: {name, letter, tone,
// partitions}. `tone` is one of as many colours, which come again. A lease may
// outlive its node's place among the nodes.
export const tones = 5;

export function ownersOf({nodes, partitions}) {
  const owned = partitions.map(x => x.owner).filter(x => x !== null);
  const names = [...new Set([...nodes.map(x => x.name), ...owned])];
  return names.map((name, i) => ({
    name, letter: letterOf(i), tone: i % tones,
    partitions: owned.filter(x => x === name).length,
  }));
}

export function unownedOf({partitions}) {
  return partitions.filter(x => x.owner === null);
}

// How the node that answers reaches another: {is, problem}.
export function linkTo({node, links}, name) {
  if (name === node)
    return {is: "answers", problem: ""};
  const link = links.find(x => x.node === name);
  return {is: !link ? "unknown" : link.up ? "up" : "down",
          problem: link?.problem ?? ""};
}

// {is, text}: whether all is well, in a sentence.
export function verdictOn(x) {
  const lost = x.nodes.filter(isLost);
  const unowned = unownedOf(x);
  const faults = [
    unowned.length > 0 && (unowned.length === 1
      ? "1 partition has no owner"
      : `${unowned.length} partitions have no owner`),
    lost.length > 0 && (lost.length === 1
      ? `${lost[0].name} is lost` : `${lost.length} nodes are lost`),
  ].filter(Boolean);
  if (faults.length > 0)
    return {is: "bad", text: `${faults.join(", and ")}.`};
  const alive = x.nodes.filter(y => y.alive).length;
  return {is: "good", text: `All ${x.partitions.length} partitions are owned; `
    + `${alive === 1 ? "1 node lives" : `${alive} nodes live`}.`};
}
