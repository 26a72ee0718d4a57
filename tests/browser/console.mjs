// The console in a browser of its own, by the words that an operator sees.

import assert from "node:assert/strict";
import {createRequire} from "node:module";
import {fileURLToPath} from "node:url";
import {join} from "node:path";
import {patienceMs} from "./service.mjs";

const modules = process.env.BROWSER_TEST_MODULES
  ?? fileURLToPath(new URL("../../build/release/tests/browser/node_modules",
                           import.meta.url));
const {chromium} = createRequire(join(modules, "package.json"))(
  "playwright-core");

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update",
  "--disable-sync",
];

// What the browser itself says of an answer that is no 200, or none.
const ofTheNetwork = /Failed to load resource|net::ERR_/;

// @param t the test that owns it. At its end no script may have failed, and
//   nobody but the service may have been asked.
export async function openConsole(t, service, place = "") {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: flags,
    headless: true,
  });
  t.after(() => browser.close());
  const page = await browser.newPage({viewport: {width: 1300, height: 900}});
  page.setDefaultTimeout(patienceMs);
  const faults = [];
  page.on("pageerror", x => faults.push(String(x)));
  page.on("console", x => {
    if (x.type() === "error" && !ofTheNetwork.test(x.text()))
      faults.push(x.text());
  });
  page.on("request", x => {
    if (!x.url().startsWith(`${service.origin}/`)
        && !x.url().startsWith("data:"))
      faults.push(`asked ${x.url()}`);
  });
  t.after(() => assert.deepEqual(faults, []));
  await page.goto(`${service.origin}/console${place}`);
  return new shownConsole(page);
}

class shownConsole {
  constructor(page) {
    this.page = page;
  }

  button(name, within = this.page) {
    return within.getByRole("button", {name, exact: true});
  }

  table(name) {
    return this.page.getByRole("table", {name, exact: true});
  }

  // A row that has all these texts.
  row(table, ...texts) {
    return texts.reduce((rows, hasText) => rows.filter({hasText}),
                        this.table(table).locator("tbody tr"));
  }

  // The value of a big figure, as text.
  figure(name) {
    return this.page.locator(".figure")
      .filter({has: this.page.locator("dt").getByText(name, {exact: true})})
      .locator("dd > b");
  }

  // Shown sooner or later.
  async sees(text, within = this.page) {
    await within.getByText(text).first().waitFor();
  }

  async has(locator, pattern) {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const text = await locator.first().textContent();
      if (pattern.test(text))
        return text;
      assert.ok(Date.now() < deadline, `${text} never matched ${pattern}`);
      await this.page.waitForTimeout(50);
    }
  }

  // Opens an act's dialog and confirms it; gives its answer's text.
  async act(opener, confirm) {
    await opener.click();
    const dialog = this.page.getByRole("dialog");
    await this.button(confirm, dialog).click();
    return this.answer();
  }

  async answer() {
    const dialog = this.page.getByRole("dialog");
    await dialog.getByText("Done.").waitFor();
    const text = await dialog.textContent();
    await this.button("Close", dialog).click();
    await dialog.waitFor({state: "detached"});
    return text;
  }
}
