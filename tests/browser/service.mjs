// A real `registrar serve` in a temporary directory, and a client for it.

import {execFileSync, spawn} from "node:child_process";
import {createHash, randomInt} from "node:crypto";
import {mkdtempSync, rmSync} from "node:fs";
import {createServer} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.REGISTRAR_BINARY
  ?? join(root, "build/release/bin/registrar");
// Longest wait for anything that must happen; reached only on failure.
export const patienceMs = 60_000;

export async function until(what, condition) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await condition();
    if (found)
      return found;
    if (Date.now() > deadline)
      throw new Error(`waited in vain for: ${what}`);
    await new Promise(done => setTimeout(done, 20));
  }
}

// Below those that the system takes for outgoing connections: one of these may
// be gone before the server listens.
function freePort() {
  return new Promise((done, failed) => {
    const port = randomInt(10_000, 28_000);
    const probe = createServer().on("error", why =>
      why.code === "EADDRINUSE" ? done(freePort()) : failed(why));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(port)));
  });
}

// Ids are made as `registrar import` makes them: UUIDv5 of a name.
function uuidOf(name) {
  const space = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
  const hash = createHash("sha1").update(space).update(name).digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString("hex", 0, 16).replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function studentId(number) {
  const text = String(number).padStart(7, "0");
  return uuidOf(`registrar:student:S${text}`);
}

export function sectionId(semester, course, number) {
  return uuidOf(`registrar:section:${semester}:${course}:${number}`);
}

// One seat, of cli/sample/example.csv: whoever comes second waits.
export const smallSection = sectionId("example", "REG 101", "B00");
// Thirty seats, with an id of its own.
export const wideSection = "789e0123-e45b-67c8-d901-234567890123";

export class service {
  // @param t the test that owns it: stopped and removed at its end
  static async start(t, {students = 40, flags = [], environment = {}} = {}) {
    const one = new service();
    one.directory = mkdtempSync(join(tmpdir(), "registrar-browser-"));
    t.after(() => one.end());
    one.data = join(one.directory, "data");
    one.port = await freePort();
    one.origin = `http://127.0.0.1:${one.port}`;
    one.flags = flags;
    one.environment = environment;
    one.run("import", "--data-dir", one.data,
            "--sections", join(root, "cli/sample/sections.csv"),
            "--sections", join(root, "cli/sample/example.csv"),
            "--students-synthetic", String(students));
    await one.serve();
    return one;
  }

  run(...words) {
    return execFileSync(binary, words, {encoding: "utf8", stdio: "pipe"});
  }

  async serve() {
    this.process = spawn(
      binary, ["serve", "--data-dir", this.data, "--listen",
               `127.0.0.1:${this.port}`, "--log-level", "warn",
               ...this.flags],
      {stdio: ["ignore", "ignore", "inherit"],
       env: {...process.env, ...this.environment}});
    this.ended = new Promise(done => this.process.once("exit", done));
    await until("a service that is ready", async () => {
      if (this.process.exitCode !== null)
        throw new Error("the service ended");
      return this.isReady();
    });
  }

  async isReady() {
    try {
      return (await fetch(`${this.origin}/ready`)).ok;
    } catch (fault) {
      if (fault instanceof TypeError)
        return false;
      throw fault;
    }
  }

  async stop(signal) {
    this.process.kill(signal);
    await this.ended;
  }

  async end() {
    if (this.process && this.process.exitCode === null
        && this.process.signalCode === null)
      await this.stop("SIGTERM");
    rmSync(this.directory, {recursive: true, force: true});
  }

  async ask(method, path, body, fields = {}) {
    const response = await fetch(this.origin + path, {
      method,
      headers: {...fields, ...(body && {"Content-Type": "application/json"})},
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  // The result in the one section that is asked for.
  async register(number, section, fields = {}) {
    const body = {student_id: studentId(number), section_ids: [section]};
    const answer = await this.ask("POST", "/api/v1/register", body, fields);
    return answer.results[0];
  }

  async drop(number, section) {
    const body = {student_id: studentId(number), section_ids: [section]};
    return (await this.ask("POST", "/api/v1/drop", body)).results[0];
  }

  section(id) {
    return this.ask("GET", `/api/v1/sections/${id}`);
  }

  // Asks the SQL database of the embedded stores.
  sql(statement) {
    return execFileSync(
      "sqlite3", ["-cmd", ".timeout 10000", join(this.data, "registrar.db"),
                  statement], {encoding: "utf8"});
  }
}
