// Makes one HTML document of the console, which needs nothing else, and the
// C++ source that embeds it.
//
//   node build.mjs MODULES PAGE_FILE CPP_FILE
//
// MODULES is the folder `node_modules` that `npm ci` filled.

import {createHash} from "node:crypto";
import {readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join, resolve} from "node:path";
import {fileURLToPath} from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [modules, pageFile, cppFile] = process.argv.slice(2).map(x => resolve(x));
const {build} = createRequire(join(modules, "package.json"))("esbuild");

// What the page is made of, besides our own files.
const parts = ["htm", "preact", "uplot"];

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, "page", entry)],
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    legalComments: "inline",
    logLevel: "warning",
    nodePaths: [modules],
    target: "es2022",
    write: false,
  });
  return result.outputFiles[0].text.trimEnd();
}

function licences() {
  return parts.map(name => {
    const text = readFileSync(join(modules, name, "LICENSE"), "utf8");
    const {version} = JSON.parse(
      readFileSync(join(modules, name, "package.json"), "utf8"));
    return `${name} ${version}\n\n${text.trim()}\n`;
  }).join("\n\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

// Every mark of the frame is filled once; a text that is filled in may hold
// what looks like a mark.
function filled(frame, texts) {
  return frame.replace(/%([A-Z]+)%/g, (_, name) => texts[name]);
}

function sha256(text) {
  return createHash("sha256").update(text).digest("base64");
}

// Compilers bound the length of one literal: the document is several.
function literals(text) {
  const chunk = 8000;
  const result = [];
  const letters = [...text];
  for (let at = 0; at < letters.length; at += chunk)
    result.push(`R"page(${letters.slice(at, at + chunk).join("")})page"`);
  return result.join("\n");
}

function source(page, script, style) {
  if (page.includes(')page"') || page.includes("\r"))
    throw new Error("the page does not fit into raw string literals");
  return `// Made by http/console/build.mjs.

#include "http/console/console_page.hpp"

namespace registrar {

console_page built_console_page() {
  return {${literals(page)},
          "${sha256(script)}", "${sha256(style)}"};
}

} // namespace registrar
`;
}

const [script, style] = await Promise.all([bundle("main.js"),
                                           bundle("style.css")]);
const frame = readFileSync(join(here, "page", "frame.html"), "utf8");
const page = filled(frame, {SCRIPT: script, STYLE: style,
                            LICENCES: licences()});
writeFileSync(pageFile, page);
writeFileSync(cppFile, source(page, script, style));
