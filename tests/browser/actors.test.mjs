import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {sectionId, service, smallSection, wideSection} from "./service.mjs";

async function names(shown) {
  return shown.table("Actors").locator("tbody th").allInnerTexts();
}

test("actors are sorted, filtered and bounded with 4,496 sections known",
     async t => {
  const server = await service.start(t);
  await server.register(1, wideSection);
  await server.register(2, smallSection);
  const shown = await openConsole(t, server, "#/actors");
  const table = shown.table("Actors");
  for (const name of ["root", "ledger", "section-supervisor"])
    await table.getByText(name, {exact: true}).waitFor();
  await shown.row("Actors", "REG 101 A00").waitFor();

  await shown.button("Actor").click();
  await table.locator('th[aria-sort="ascending"]').getByText("Actor").waitFor();
  const sorted = (await names(shown)).filter(x => x.includes("REG 101"));
  assert.deepEqual(sorted.map(x => x.trim().replace(/^·\s*/, "")),
                   ["REG 101 A00", "REG 101 B00"]);
  await shown.button("Actor").click();
  await table.locator('th[aria-sort="descending"]').waitFor();

  const filter = shown.page.getByLabel("Filter");
  await filter.fill("REG 101 B");
  await shown.row("Actors", "REG 101 A00").waitFor({state: "detached"});
  await shown.row("Actors", "REG 101 B00").waitFor();
  await filter.fill("ledger-worker");
  await table.getByText(/^ledger-worker\/0$/).waitFor();
  await table.getByText("database-sync/0").waitFor({state: "detached"});
  await filter.fill("no such actor");
  await shown.sees("Nothing matches the filter.");

  await filter.fill("");
  await shown.page.getByLabel("Hide system actors").check();
  await table.getByText("ledger-worker/0").waitFor({state: "detached"});
  await shown.row("Actors", "REG 101 B00").waitFor();
});

test("every section that was asked for can be an actor, and the page is bounded",
     async t => {
  const server = await service.start(t, {students: 40});
  const {sections} = await server.ask(
    "GET", "/api/v1/sections?semester=2024-spring&limit=60");
  // The actor of a section is started by whoever asks for it first.
  for (const x of sections)
    await server.section(x.section_id);
  const shown = await openConsole(t, server, "#/actors");
  await shown.page.getByLabel("Hide system actors").check();
  const rows = shown.table("Actors").locator("tr.section-row");
  await shown.has(shown.page.locator("main"), /25 shown/);
  assert.equal(await rows.count(), 25);
  await shown.page.getByLabel("Show").selectOption("50");
  await shown.has(shown.page.locator("main"), /50 shown/);
  assert.equal(await rows.count(), 50);
  await shown.sees("more; narrow the filter");
});

test("an actor that is ended is shown with its restart and the cause",
     async t => {
  const server = await service.start(t);
  await server.register(1, wideSection);
  const shown = await openConsole(t, server, "#/actors");
  const row = shown.row("Actors", "REG 101 A00");
  const text = await shown.act(
    shown.button("Restart REG 101 A00", row), "Restart");
  assert.match(text, /was ended/);
  await shown.has(row.locator("td.number").last(), /^1$/);
  await shown.has(row.locator("td.cause"), /\d\d:\d\d:\d\d .*\w/);
  // It lost nothing, and goes on.
  assert.equal((await server.register(2, wideSection)).status, "enrolled");
  assert.equal((await server.section(wideSection)).enrolled, 2);
  assert.equal(sectionId("example", "REG 101", "B00"), smallSection);
});
