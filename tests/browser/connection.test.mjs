import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, until} from "./service.mjs";

function streams(server) {
  return server.ask("GET", "/api/v1/ops/overview").then(x => x.streams);
}

test("a server that is killed is missed at once, and found again", async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server);
  await shown.sees("Ready: registrations are accepted.");
  await server.stop("SIGKILL");
  const banner = shown.page.getByRole("alert").filter(
    {hasText: /Connection lost since \d\d:\d\d:\d\d, trying again/});
  await banner.waitFor();
  await shown.page.locator(".old").waitFor();
  await shown.sees("What is shown is old.");
  await server.serve();
  await banner.waitFor({state: "hidden"});
  await shown.page.locator(".old").waitFor({state: "detached"});
  await shown.sees("Ready: registrations are accepted.");
});

test("a server that is frozen is missed too", async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server);
  await shown.sees("Ready: registrations are accepted.");
  server.process.kill("SIGSTOP");
  t.after(() => server.process.kill("SIGCONT"));
  await shown.sees(/Connection lost since/);
  server.process.kill("SIGCONT");
  await shown.page.locator(".banner").waitFor({state: "hidden"});
});

test("streams are open for the page that is looked at, and no other",
     async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server);
  await until("one stream", async () => await streams(server) === 1);
  await shown.page.keyboard.press("7");
  await until("no stream", async () => await streams(server) === 0);
  await shown.page.keyboard.press("2");
  await until("two streams", async () => await streams(server) === 2);
  await shown.page.evaluate(() => {
    Object.defineProperty(document, "hidden", {get: () => true,
                                               configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await until("no stream", async () => await streams(server) === 0);
  await shown.page.evaluate(() => {
    delete document.hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await until("two streams", async () => await streams(server) === 2);
  assert.equal(await shown.page.locator(".banner").isVisible(), false);
});
