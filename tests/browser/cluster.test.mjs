import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service} from "./service.mjs";
import {clusterNode} from "./stand_in.mjs";

async function builtPage(t) {
  const server = await service.start(t);
  const response = await fetch(`${server.origin}/console`);
  return response.text();
}

// The cells of the map that are told to be somebody's.
function cells(shown, owner) {
  return shown.page.getByRole("list", {name: "Partitions and their owners"})
    .getByRole("listitem").filter({hasText: `: ${owner}, epoch`});
}

test("a server alone says that it is one, and how to grow", async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server, "#/cluster");
  await shown.sees("This server is not a node of a cluster");
  await shown.sees("--cluster-listen");
});

test("a cluster's nodes and partitions are shown as they change", async t => {
  const node = await clusterNode.start(t, await builtPage(t));
  const shown = await openConsole(t, node, "#/cluster");
  await shown.sees("All 64 partitions are owned; 3 nodes live.");
  await shown.row("Nodes", "north", "alive", "answers here").waitFor();
  assert.equal(await cells(shown, "north").count(), 22);
  assert.equal(await cells(shown, "nobody").count(), 0);
  await shown.sees("No partition has changed hands.");
  const next = structuredClone(node.state);
  next.nodes[2] = {...next.nodes[2], alive: false, heartbeat_age_ms: 4200,
                   partitions: 0};
  next.links[1] = {node: "south", up: false, problem: "connection refused"};
  next.partitions[1] = {id: 1, owner: null, epoch: 3, lease_ms: 0};
  next.partitions[4] = {id: 4, owner: "east", epoch: 4, lease_ms: 3000};
  next.moves = [{at: next.at, partition: 4, from: "south", to: "east",
                 epoch: 4}];
  node.state = next;
  await shown.sees("1 partition has no owner, and south is lost.");
  await shown.row("Nodes", "south", "lost", "down", "connection refused")
    .waitFor();
  assert.equal(await cells(shown, "nobody").count(), 1);
  await shown.row("Moves", "4", "south", "east").waitFor();
});

test("nodes are drained and taken back, and all is shared out anew",
     async t => {
  const node = await clusterNode.start(t, await builtPage(t));
  node.state.nodes[2].drained = true;
  const shown = await openConsole(t, node, "#/cluster");
  const button = name => shown.button(name).first();
  assert.match(await shown.act(button("Drain north …"), "Drain"),
               /north is drained/);
  assert.match(await shown.act(button("Take back south …"), "Take back"),
               /south is taken back/);
  await shown.act(button("Rebalance …"), "Rebalance");
  assert.deepEqual(node.acts.map(x => [x.path.split("/").pop(), x.node]),
                   [["drain", "north"], ["undrain", "south"],
                    ["rebalance", undefined]]);
  assert.ok(node.acts.every(x => x.reason.length > 0));
});

test("it fits a narrow screen", async t => {
  const node = await clusterNode.start(t, await builtPage(t));
  const shown = await openConsole(t, node, "#/cluster");
  await shown.page.setViewportSize({width: 400, height: 800});
  await shown.sees("All 64 partitions are owned");
  assert.equal(
    await shown.page.evaluate(() => document.documentElement.scrollWidth), 400);
});
