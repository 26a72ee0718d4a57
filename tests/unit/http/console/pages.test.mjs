import assert from "node:assert/strict";
import test from "node:test";
import {treeRows} from "../../../../http/console/page/pure/actor_tree.js";
import {seatParts} from "../../../../http/console/page/pure/equation.js";
import {readPlace, toPlace, withQuery}
  from "../../../../http/console/page/pure/place.js";
import {nextSort} from "../../../../http/console/page/pure/sorting.js";

const actors = [
  {name: "sql", parent: "root", messages_per_second: 0},
  {name: "root", parent: "", messages_per_second: null},
  {name: "database-sync/10", parent: "sql", messages_per_second: 5},
  {name: "database-sync/2", parent: "sql", messages_per_second: 9},
  {name: "ledger", parent: "root", messages_per_second: 3},
];

function tree(how) {
  return treeRows(actors, {sort: "name", order: "asc", filter: "",
                           closed: new Set(), ...how})
    .map(x => `${x.level} ${x.actor.name}`);
}

test("the tree has every actor below its supervisor, sorted among its kin",
     () => {
  assert.deepEqual(tree({}), ["0 root", "1 ledger", "1 sql",
                              "2 database-sync/2", "2 database-sync/10"]);
  assert.deepEqual(tree({sort: "messages", order: "desc"}),
                   ["0 root", "1 ledger", "1 sql", "2 database-sync/2",
                    "2 database-sync/10"]);
  assert.deepEqual(tree({sort: "messages", order: "asc"}),
                   ["0 root", "1 sql", "2 database-sync/10",
                    "2 database-sync/2", "1 ledger"]);
});

test("a filter keeps those above what it finds", () => {
  assert.deepEqual(tree({filter: "SYNC/2"}),
                   ["0 root", "1 sql", "2 database-sync/2"]);
  assert.deepEqual(tree({filter: "none"}), []);
});

test("what is folded hides what is below it", () => {
  assert.deepEqual(tree({closed: new Set(["sql"])}),
                   ["0 root", "1 ledger", "1 sql"]);
});

test("an actor whose supervisor is not told stands at the top", () => {
  const rows = treeRows([{name: "a", parent: "gone"}, {name: "b", parent: "b"}],
                        {sort: "name", order: "asc", filter: "",
                         closed: new Set()});
  assert.deepEqual(rows.map(x => x.level), [0, 0]);
});

test("the parts of a section's seats fill its width", () => {
  const parts = x => seatParts(x).map(y => [y.name, y.seats, y.share]);
  assert.deepEqual(
    parts({total_seats: 10, enrolled: 4, available: 6, over_capacity: 0}),
    [["enrolled", 4, 0.4], ["free", 6, 0.6]]);
  assert.deepEqual(
    parts({total_seats: 6, enrolled: 8, available: 0, over_capacity: 2}),
    [["enrolled", 6, 0.75], ["over capacity", 2, 0.25]]);
  assert.deepEqual(
    parts({total_seats: 0, enrolled: 0, available: 0, over_capacity: 0}), []);
});

test("places go into the address and come back", () => {
  assert.deepEqual(readPlace(toPlace("sections", "a/b c", {x: "1&2"})),
                   {page: "sections", id: "a/b c", query: {x: "1&2"}});
  assert.deepEqual(readPlace(""), {page: "overview", id: "", query: {}});
  assert.equal(readPlace("#/nothing/7").id, "");
  assert.equal(readPlace("#/sections/%zz").id, "%zz");
  assert.equal(withQuery("/a", {b: "", c: null, d: 0}), "/a?d=0");
});

test("a head that is pressed again turns its order round", () => {
  const first = nextSort({sort: "name", order: "asc"}, "depth");
  assert.deepEqual(first, {sort: "depth", order: "desc"});
  assert.deepEqual(nextSort(first, "depth"), {sort: "depth", order: "asc"});
  assert.deepEqual(nextSort(first, "name"), {sort: "name", order: "asc"});
});
