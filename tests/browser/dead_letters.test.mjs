import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, studentId, wideSection} from "./service.mjs";

function refuse(server, number) {
  server.sql("create trigger broken before insert on registrations when "
    + `new.status <> 'failed' and new.student_id = '${studentId(number)}' `
    + "begin select raise(abort, 'broken'); end");
}

async function statuses(server, number) {
  const answer = await server.ask(
    "GET", `/api/v1/students/${studentId(number)}/registrations`);
  return answer.registrations.map(x => x.status);
}

test("what SQL refuses is shown, filtered and retried", async t => {
  const server = await service.start(t);
  refuse(server, 7);
  await server.register(6, wideSection);
  await server.register(7, wideSection);
  const shown = await openConsole(t, server, "#/journal");
  await shown.table("Workers").getByText("database-sync/0").waitFor();
  const letter = shown.row("Dead letters", studentId(7).slice(0, 8));
  await letter.waitFor();

  const kind = shown.page.getByLabel("SQLSTATE");
  await kind.fill("99999");
  await shown.sees("None is like this.");
  await kind.fill("");
  await letter.waitFor();

  server.sql("drop trigger broken");
  await letter.getByRole("checkbox").check();
  assert.match(await shown.act(shown.button("Retry …"), "Retry"),
               /1 of 1 done/);
  await shown.sees("There are none.");
  assert.ok((await statuses(server, 7)).includes("enrolled"));
});

test("what is given up is discarded, with who and why", async t => {
  const server = await service.start(t);
  refuse(server, 8);
  await server.register(8, wideSection);
  const shown = await openConsole(t, server, "#/journal");
  await shown.row("Dead letters", studentId(8).slice(0, 8)).waitFor();
  await shown.page.getByLabel("Select all that are shown").check();
  await shown.act(shown.button("Discard …"), "Discard");
  await shown.sees("There are none.");
  await shown.page.keyboard.press("7");
  await shown.row("Acts", "dead letter discarded",
                  "The student was told and helped").waitFor();
});
