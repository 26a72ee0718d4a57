import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, smallSection, wideSection} from "./service.mjs";

async function names(shown) {
  return shown.table("Actors").locator("tbody th").allInnerTexts();
}

test("actors are sorted and filtered, and those of the system hidden",
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

// The actor of a section is started by whoever asks for it first.
async function startAll(server) {
  const ids = [];
  for (let next = ""; next !== undefined;) {
    const {sections, next_cursor} = await server.ask(
      "GET", `/api/v1/sections?limit=200${next && `&cursor=${next}`}`);
    ids.push(...sections.map(x => x.section_id));
    next = next_cursor;
  }
  const known = ids.length;
  const startSome = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop())
      await server.section(id);
  };
  await Promise.all(Array.from({length: 16}, startSome));
  return known;
}

test("with thousands of sections running the page is small and goes on",
     async t => {
  const server = await service.start(t);
  assert.equal(await startAll(server), 4498);
  const shown = await openConsole(t, server, "#/actors");
  await shown.sees("4,498 sections match, 25 shown");
  const rows = shown.table("Actors").locator("tr.section-row");
  assert.equal(await rows.count(), 25);
  await shown.page.getByLabel("Show").selectOption("100");
  await shown.sees("4,498 sections match, 100 shown");
  assert.equal(await rows.count(), 100);
  await shown.sees("4,398 more; narrow the filter");

  await shown.button("Actor").click();
  await rows.first().getByText("AAS 10 A01").waitFor();
  await shown.page.getByLabel("Filter").fill("reg 101");
  await shown.sees("2 sections match, 2 shown");
  await shown.page.getByLabel("Filter").fill("");
  let isBusy = true;
  const busy = (async () => {
    while (isBusy)
      await server.register(1, wideSection);
  })();
  await shown.button("Messages/s").click();
  await rows.first().getByText("REG 101 A00").waitFor();
  isBusy = false;
  await busy;
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
});
