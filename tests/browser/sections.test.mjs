import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, smallSection, wideSection} from "./service.mjs";

test("a section is found as it is typed, and its equation holds", async t => {
  const server = await service.start(t);
  for (let i = 1; i <= 3; ++i)
    await server.register(i, wideSection);
  const shown = await openConsole(t, server, "#/sections");
  const search = shown.page.getByRole("combobox");
  await search.fill("REG 10");
  await shown.page.getByRole("option", {name: /REG 101 A00/}).waitFor();
  await shown.page.getByRole("option", {name: /REG 101 A00/}).click();
  await shown.page.getByRole("heading", {name: /^REG 101 A00/}).waitFor();
  await shown.sees("The equation holds.");
  await shown.has(shown.figure("Seats"), /^30$/);
  await shown.has(shown.figure("Enrolled"), /^3$/);
  await shown.has(shown.figure("Free"), /^27$/);
  await shown.row("Last decisions", "register", "enrolled").nth(2).waitFor();

  // By its id too, and it moves while it is looked at.
  await search.fill(smallSection);
  await shown.page.getByRole("option", {name: /REG 101 B00/}).click();
  await shown.has(shown.figure("Free"), /^1$/);
  await server.register(4, smallSection);
  await server.register(5, smallSection);
  await shown.has(shown.figure("Free"), /^0$/);
  await shown.has(shown.figure("Waiting"), /^1$/);
  await shown.sees("1 waiting, first");
  await shown.row("Last decisions", "waitlisted", "place 1").waitFor();
});

test("two clicks stop a section, others go on, a thaw lets waiters go first",
     async t => {
  const server = await service.start(t);
  assert.equal((await server.register(1, smallSection)).status, "enrolled");
  assert.equal((await server.register(2, smallSection)).status, "waitlisted");
  const shown = await openConsole(t, server, `#/sections/${smallSection}`);

  await shown.button("Freeze …").click();
  await shown.button("Freeze", shown.page.getByRole("dialog")).click();
  assert.match(await shown.answer(), /REG 101 B00 is frozen/);
  await shown.button("Thaw …").waitFor();
  const refused = await server.register(3, smallSection);
  assert.deepEqual([refused.status, refused.code],
                   ["rejected", "section_frozen"]);
  await shown.row("Last decisions", "rejected", "section_frozen").waitFor();
  assert.equal((await server.register(3, wideSection)).status, "enrolled");

  // The seat that becomes free while it is frozen waits for who waits.
  assert.equal((await server.drop(1, smallSection)).status, "dropped");
  await shown.has(shown.figure("Free"), /^1$/);
  await shown.has(shown.figure("Waiting"), /^1$/);
  await shown.act(shown.button("Thaw …"), "Thaw");
  await shown.has(shown.figure("Waiting"), /^0$/);
  await shown.has(shown.figure("Enrolled"), /^1$/);
  assert.equal((await server.register(2, smallSection)).status,
               "already_registered");
  assert.equal((await server.register(3, smallSection)).status, "waitlisted");
  await shown.sees("The equation holds.");

  await shown.page.keyboard.press("7");
  await shown.row("Acts", "section frozen", "Stopped while we look into it",
                  "written").waitFor();
  await shown.row("Acts", "section thawed", "written").waitFor();
});

test("a capacity is set with a reason, and never without", async t => {
  const server = await service.start(t);
  await server.register(1, smallSection);
  await server.register(2, smallSection);
  const shown = await openConsole(t, server, `#/sections/${smallSection}`);
  await shown.button("Set capacity …").click();
  const dialog = shown.page.getByRole("dialog");
  await dialog.getByLabel("Seats").fill("2");
  const reason = dialog.getByLabel("Reason, for the audit log");
  await reason.fill("  ");
  await shown.button("Set capacity", dialog).click();
  assert.equal(await reason.evaluate(x => x.validity.valid), false);
  assert.equal((await server.section(smallSection)).total_seats, 1);
  await reason.fill("A larger room");
  await shown.button("Set capacity", dialog).click();
  assert.match(await shown.answer(), /has 2 seats, 2 taken/);
  await shown.has(shown.figure("Seats"), /^2$/);
  await shown.has(shown.figure("Waiting"), /^0$/);
  await shown.sees("The equation holds.");
});
