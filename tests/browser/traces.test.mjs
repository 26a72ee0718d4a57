import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, studentId, wideSection} from "./service.mjs";

test("a student is traced for a while, from the request to SQL", async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server, "#/traces");
  await shown.page.getByLabel("Id", {exact: true}).fill(studentId(9));
  await shown.act(shown.button("Start …"), "Start");
  await shown.sees("Nothing has happened yet.");
  await server.register(8, wideSection);
  await server.register(9, wideSection);
  for (const step of ["received", "decided", "answered", "written"])
    await shown.row("Steps", step, studentId(9).slice(0, 8)).first().waitFor();
  assert.equal(
    await shown.row("Steps", studentId(8).slice(0, 8)).count(), 0);
  await shown.act(shown.button("Stop …"), "Stop");
  await shown.row("Traces", studentId(9).slice(0, 8), "ended").waitFor();
});
