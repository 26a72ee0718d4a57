import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, wideSection} from "./service.mjs";

test("the overview shows what is registered while it looks", async t => {
  const server = await service.start(t, {students: 40});
  const shown = await openConsole(t, server);
  await shown.sees("Ready: registrations are accepted.");
  await shown.sees("4,498");
  for (const name of ["catalogue", "ledger", "sql"])
    await shown.row("Dependencies", name, "ready").waitFor();
  await shown.has(shown.figure("Enrolled"), /^0$/);
  const results = await Promise.all(Array.from(
    {length: 25}, (_, i) => server.register(i + 1, wideSection)));
  assert.ok(results.every(x => x.status === "enrolled"));
  await shown.has(shown.figure("Enrolled"), /^[1-9]/);
  await shown.has(shown.figure("Enrolled"), /^0$/);
  await shown.has(shown.page.locator("#catalogue").locator("..").locator(".."),
                  /Seats taken\s*25 of/);
  const chart = shown.page.getByRole("img", {name: /^Registrations: /});
  await chart.locator("canvas").waitFor();
});
