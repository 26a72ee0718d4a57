import assert from "node:assert/strict";
import test from "node:test";
import {linkTo, nodeStates, ownersOf, unownedOf, verdictOn}
  from "../../../../http/console/page/pure/cluster.js";

function node(name, how = {}) {
  return {name, alive: true, joining: false, leaving: false, drained: false, ...how};
}

const two = {
  node: "north",
  nodes: [node("north"), node("south")],
  partitions: [{id: 0, owner: "south"}, {id: 1, owner: "north"},
               {id: 2, owner: "south"}],
  links: [{node: "south", up: false, problem: "refused"}],
};

test("a node is lost only where it did not stop in order", () => {
  assert.deepEqual(nodeStates(node("a")), ["alive"]);
  assert.deepEqual(nodeStates(node("a", {alive: false})), ["lost"]);
  assert.deepEqual(nodeStates(node("a", {joining: true})), ["joining"]);
  assert.deepEqual(nodeStates(node("a", {leaving: true})), ["leaving"]);
  assert.deepEqual(nodeStates(node("a", {alive: false, leaving: true})),
                   ["left"]);
  assert.deepEqual(nodeStates(node("a", {drained: true})), ["drained"]);
  assert.deepEqual(nodeStates(node("a", {alive: false, drained: true})),
                   ["lost", "drained"]);
});

test("owners have letters in the order of the nodes", () => {
  assert.deepEqual(ownersOf(two), [
    {name: "north", letter: "A", tone: 0, partitions: 1},
    {name: "south", letter: "B", tone: 1, partitions: 2}]);
});

test("an owner that is no node any more has its letter, nobody has none",
     () => {
  const x = {...two, partitions: [{id: 0, owner: "gone"},
                                  {id: 1, owner: null}]};
  assert.deepEqual(ownersOf(x).map(y => [y.name, y.letter, y.partitions]),
                   [["north", "A", 0], ["south", "B", 0], ["gone", "C", 1]]);
  assert.deepEqual(unownedOf(x).map(y => y.id), [1]);
});

test("letters go on after Z", () => {
  const nodes = Array.from({length: 28}, (_, i) => node(`n${i}`));
  assert.deepEqual(
    ownersOf({nodes, partitions: []}).slice(25).map(x => x.letter),
    ["Z", "A1", "B1"]);
});

test("a link is up, down, unknown, or to the node that answers", () => {
  assert.deepEqual(linkTo(two, "north"), {is: "answers", problem: ""});
  assert.deepEqual(linkTo(two, "south"), {is: "down", problem: "refused"});
  assert.deepEqual(linkTo(two, "east"), {is: "unknown", problem: ""});
  const up = {...two, links: [{node: "south", up: true}]};
  assert.deepEqual(linkTo(up, "south"), {is: "up", problem: ""});
});

test("a cluster is well where all is owned and nobody is lost", () => {
  assert.deepEqual(verdictOn(two), {
    is: "good", text: "All 3 partitions are owned; 2 nodes live."});
  const lost = {...two, nodes: [node("north"), node("south", {alive: false})],
                partitions: [{id: 0, owner: null}, {id: 1, owner: "north"}]};
  assert.deepEqual(verdictOn(lost), {
    is: "bad", text: "1 partition has no owner, and south is lost."});
});
