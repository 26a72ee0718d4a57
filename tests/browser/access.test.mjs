import assert from "node:assert/strict";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, wideSection} from "./service.mjs";

// A service that wants tokens, and a maker of them.
async function guarded(t) {
  const directory = mkdtempSync(join(tmpdir(), "registrar-secret-"));
  t.after(() => rmSync(directory, {recursive: true}));
  const file = join(directory, "secret");
  writeFileSync(file, "a secret of 32 bytes and no less", {mode: 0o600});
  const server = await service.start(t, {environment: {
    REGISTRAR_AUTH_MODE: "jwt", REGISTRAR_AUTH_HS256_SECRET_FILE: file}});
  const token = role => server.run(
    "token", "--secret-file", file, "--role", role, "--sub", "jane").trim();
  return {server, token};
}

async function paste(shown, token) {
  await shown.page.getByLabel("Token").fill(token);
  await shown.button("Go on").click();
}

test("the page asks for a token, says which role it takes, and acts by it",
     async t => {
  const {server, token} = await guarded(t);
  const first = await fetch(`${server.origin}/console`);
  assert.equal(first.status, 401);
  assert.match(first.headers.get("www-authenticate"), /^Bearer /);
  const shown = await openConsole(t, server);
  await shown.sees("Who asks?");
  await paste(shown, "nonsense");
  await shown.page.locator(".notice[role=alert]").filter({hasText: /token/i})
    .waitFor();
  await shown.sees("Who asks?");
  await paste(shown, token("staff"));
  await shown.sees("Another role is needed");
  await shown.sees("the console takes the role operator");
  await paste(shown, token("operator"));
  await shown.sees("Ready: registrations are accepted.");

  // It stays in the tab, and leaves it when it is told to.
  await shown.page.reload();
  await shown.sees("Ready: registrations are accepted.");
  await shown.page.goto(`${server.origin}/console#/sections/${wideSection}`);
  await shown.act(shown.button("Freeze …"), "Freeze");
  await shown.page.keyboard.press("7");
  await shown.row("Acts", "jane", "section frozen").waitFor();
  await shown.button("Forget token").click();
  await shown.sees("Who asks?");
  assert.equal(
    await shown.page.evaluate(() => sessionStorage.length), 0);
});
