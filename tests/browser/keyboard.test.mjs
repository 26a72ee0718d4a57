import assert from "node:assert/strict";
import test from "node:test";
import {openConsole} from "./console.mjs";
import {service, smallSection} from "./service.mjs";

async function press(shown, ...keys) {
  for (const key of keys)
    await shown.page.keyboard.press(key);
}

function focused(shown) {
  return shown.page.evaluate(() => {
    const x = document.activeElement;
    return x.getAttribute("aria-label") || x.textContent.trim() || x.name;
  });
}

// Tab until what has the focus is called like this.
async function tabTo(shown, name) {
  const passed = [];
  for (let i = 0; i < 60; ++i) {
    await press(shown, "Tab");
    passed.push(await focused(shown));
    if (passed.at(-1) === name)
      return;
  }
  assert.fail(`Tab never came to ${name}, only to ${passed.join(" | ")}`);
}

test("a section is found and stopped by keyboard alone", async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server);
  await shown.sees("Ready: registrations are accepted.");
  const titles = ["Overview", "Actors", "Sections", "Journal", "Cluster",
                  "Traces", "Acts"];
  for (const [i, title] of titles.entries()) {
    await press(shown, String(i + 1));
    await shown.page.locator("nav [aria-current]").getByText(title).waitFor();
    await shown.page.waitForFunction(
      x => document.title.startsWith(x), title);
  }
  await press(shown, "3");
  await shown.page.getByRole("combobox").waitFor();
  await press(shown, "/");
  await shown.page.keyboard.type("REG 101");
  await shown.page.getByRole("option", {name: /REG 101 B00/}).waitFor();
  const options = shown.page.getByRole("option");
  const wanted = (await options.allInnerTexts()).findIndex(
    x => x.includes("REG 101 B00"));
  for (let i = 0; i < wanted; ++i)
    await press(shown, "ArrowDown");
  await shown.page.locator('[role="option"][aria-selected="true"]')
    .getByText("REG 101 B00").waitFor();
  await press(shown, "Enter");
  await shown.page.getByRole("heading", {name: /^REG 101 B00/}).waitFor();

  await tabTo(shown, "Freeze …");
  const outline = await shown.page.evaluate(
    () => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid");
  await press(shown, "Enter");
  await shown.page.getByRole("dialog").waitFor();
  await press(shown, "Escape");
  await shown.page.getByRole("dialog").waitFor({state: "detached"});
  assert.equal(await focused(shown), "Freeze …");
  assert.equal((await server.section(smallSection)).status, "open");

  await press(shown, "Enter");
  await shown.page.getByRole("dialog").waitFor();
  await shown.page.keyboard.type("By keyboard alone");
  await press(shown, "Enter");
  await shown.sees("Done.");
  await shown.page.waitForFunction(
    () => document.activeElement.textContent === "Close");
  await press(shown, "Enter");
  await shown.button("Thaw …").waitFor();
  assert.equal((await server.section(smallSection)).status, "frozen");
  await press(shown, "7");
  await shown.row("Acts", "section frozen", "By keyboard alone").waitFor();
});

test("a slash leads to the filter, and a question mark to the keys",
     async t => {
  const server = await service.start(t);
  const shown = await openConsole(t, server, "#/actors");
  await shown.row("Actors", "root").waitFor();
  await press(shown, "/");
  await shown.page.keyboard.type("3");
  assert.equal(await shown.page.getByLabel("Filter").inputValue(), "3");
  await shown.page.locator("nav [aria-current]").getByText("Actors").waitFor();
  await shown.page.evaluate(() => document.activeElement.blur());
  await press(shown, "?");
  const help = shown.page.getByRole("dialog", {name: "Keys"});
  await help.waitFor();
  await press(shown, "Escape");
  await help.waitFor({state: "detached"});
});
