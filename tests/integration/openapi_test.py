"""A real server against its own OpenAPI document: every example works, every
documented problem comes when it is provoked, and document and service agree on
what a valid request is. The client knows the document and nothing else."""

import concurrent.futures
import html
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/chaos"))

from served import served, wait_until  # noqa: E402

from described import contract, fetched  # noqa: E402
from described_client import (  # noqa: E402
    described_client, example_message)
from openapi_faults import (  # noqa: E402
    ELSEWHERE, SUSPENDED, faults, overloaded, provokable, status_alone)

SAMPLE = ROOT / "cli/sample"
# Rules between members, which a schema cannot say.
IN_WORDS = ("registration_end must not lie before registration_start.",)


class openapi_case(unittest.TestCase):
    """Serves the shipped catalogue, freshly imported."""

    LIMITS = "header_time_max = 1\nbody_time_max = 1\n"

    @classmethod
    def setUpClass(cls):
        cls.server = served()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.run(
            "import", *cls.server.flags,
            "--sections", SAMPLE / "sections.csv",
            "--sections", SAMPLE / "example.csv",
            "--students", SAMPLE / "students.csv")
        config = cls.server.directory / "registrar.toml"
        config.write_text("[limits]\n" + cls.LIMITS)
        cls.server.start("--config", str(config))
        # Where one connection is all, the ones of the start must be gone.
        wait_until("the document", cls.fetch)
        cls.client = described_client(cls.contract, cls.server.port)

    @classmethod
    def fetch(cls):
        found = fetched(cls.server.port)
        if found:
            cls.contract = cls.with_trace(found)
        return found

    @classmethod
    def with_trace(cls, found):
        """The document as of a service that has the trace of its examples: ids
        of traces are the service's own."""
        what = next(x for x in found.operations if x.id == "startTrace")
        client = described_client(found, cls.server.port)
        got = client.ask(what, example_message(found, what))
        cls.example_trace = found.document["components"]["parameters"][
            "trace_id"]["example"]
        cls.trace = got.json["trace"]["trace_id"]
        return contract(json.loads(json.dumps(found.document).replace(
            cls.example_trace, cls.trace)))

    def operation(self, name):
        return next(x for x in self.contract.operations if x.id == name)

    def ask(self, name, body=None, optional=False):
        what = self.operation(name)
        sent = example_message(self.contract, what, optional)
        return self.client.ask(what, sent.with_json(body) if body else sent)


class the_examples(openapi_case):
    def test_all_work_on_the_shipped_catalogue(self):
        self.assertGreater(len(self.contract.operations), 20)
        for what in self.contract.operations:
            sent = example_message(self.contract, what)
            got = self.client.ask(what, sent)
            self.assertEqual(got.status, status_alone(what),
                             f"{what} {got.body}")
            self.assertEqual(got.headers["x-request-id"], "portal-7f3a")
            if what.method == "GET" and got.status == 200:
                self.works_with_the_least(what)

    def works_with_the_least(self, what):
        sent = example_message(self.contract, what, optional=False)
        got = self.client.ask(what, sent)
        self.assertEqual(got.status, 200, f"{what} {got.body}")
        sent.method = "HEAD"
        without = self.client.send(what, sent.bytes(), is_head=True)
        self.assertEqual((without.status, without.body), (200, ""))


class the_page(openapi_case):
    def test_has_curl_lines_that_work_as_printed(self):
        page = self.ask("getDocs").body
        lines = re.findall(r'<pre class="curl"[^>]*>(.*?)</pre>', page,
                           re.DOTALL)
        self.assertEqual(len(lines), len(self.contract.operations))
        environment = dict(os.environ, TOKEN="none")
        for what, line in zip(self.contract.operations, lines):
            command = html.unescape(line).replace(self.example_trace,
                                                  self.trace)
            self.assertIn("http://127.0.0.1:8080/", command)
            # A stream goes on until its reader goes.
            ends = " | head -1" if command.startswith("curl -iN") else ""
            done = subprocess.run(
                ["bash", "-c", "set -o pipefail; (" + command.replace(
                    "8080", str(self.server.port)) + ")" + ends],
                capture_output=True, text=True, timeout=60, env=environment)
            first = done.stdout.partition("\r\n")[0]
            self.assertEqual(first.split()[1], str(status_alone(what)),
                             f"{command}\n{done.stdout}{done.stderr}")


class the_problems(openapi_case):
    def test_come_as_documented_for_every_operation(self):
        students = {x["student_number"]: x["student_id"]
                    for x in self.ask("listStudents").json["students"]}
        ways = faults(self.client, students[SUSPENDED])
        wanted = [(what, code) for what in self.contract.operations
                  for code in sorted({x for _, x in what.codes()}
                                     | provokable(what))
                  if code not in ELSEWHERE and code != "overloaded"]
        self.assertGreater(len(wanted), 300)

        def differs(one):
            what, code = one
            try:
                got = ways.provoke(what, code)
            except AssertionError as why:
                return f"{what} {code}: {why}"
            # That the pair is documented, the client has seen to.
            return (None if got.code == code else
                    f"{what} {code}: {got.status} {got.body}")

        # Slow clients are stopped after a second each: wait for many at once.
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            found = [x for x in pool.map(differs, wanted) if x]
        self.assertEqual(found, [], "\n".join(found))

    def test_are_told_to_slow_bodies_too(self):
        for what in self.contract.operations:
            if what.media:
                sent = example_message(self.contract, what, optional=False)
                got = self.client.send(what, sent.bytes()[:-1])
                self.assertEqual(got.code, "request_timeout", what)


class the_bound_on_connections(openapi_case):
    LIMITS = "connections_max = 1\n"

    def test_is_a_503_for_every_operation(self):
        with overloaded(self.server.port):
            for what in self.contract.operations:
                sent = example_message(self.contract, what)
                got = self.client.ask(what, sent)
                self.assertIn((503, "overloaded"), what.codes())
                self.assertEqual((got.status, got.code), (503, "overloaded"))
                self.assertGreater(int(got.headers["retry-after"]), 0)


class answers_to_what_the_client_has(openapi_case):
    def test_are_304_wherever_that_is_documented(self):
        tried = 0
        for what in self.contract.operations:
            if "304" not in what.answers:
                continue
            sent = example_message(self.contract, what, optional=False)
            etag = self.client.ask(what, sent).headers.get("etag")
            if etag is None:
                continue
            sent.set("If-None-Match", etag)
            got = self.client.ask(what, sent)
            self.assertEqual(got.status, 304, what)
            tried += 1
        self.assertGreater(tried, 0)


class what_a_valid_request_is(openapi_case):
    """The document's word against the service's, on random requests."""

    NOWHERE = "00000000-0000-0000-0000-000000000000"
    VALUES = [
        None, True, False, 0, 1, -1, 1.5, 1_000_000, 1_000_001, 2**64, "", "x",
        "x" * 50, "x" * 51, "x" * 200, "x" * 201, "é" * 50, "a\u0001b",
        "a\u007fb", NOWHERE, "ABCDEF01-0000-0000-0000-00000000000A",
        "00000000-0000-0000-0000-00000000000", [], {}, ["x"], [NOWHERE],
        [NOWHERE] * 20, [NOWHERE] * 21, [1], "2026-01-01", "2026-13-01",
        "1969-12-31", "2026-02-30", "2026-01-01T00:00:00Z",
        "2026-01-01t00:00:00.123456789z", "2026-01-01 00:00:00+23:59",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00",
        "2026-01-01T00:00:60Z", "1969-01-01T00:00:00Z", "active", "asleep",
        "MoWeFr 10:00-10:50", "MoWe 10:00-10:50;Tu 14:00-15:20",
        "Mo 10:00-10:50;", "Mo 24:00-24:50", "2.5", "1234567", ".5", "2.",
    ]
    TEXTS = ["", "0", "1", "50", "200", "201", "-1", "1.0", "x", "true",
             "false", "TRUE", NOWHERE, "A" * 36, NOWHERE + "," + NOWHERE,
             NOWHERE + ",", "," + NOWHERE,
             ",".join([NOWHERE] * 50), ",".join([NOWHERE] * 51), "REG 101"]
    ETAGS = ["*", "abc", '"1"', '"1-0"', '"0"', '"0-0"', '"-"', '"1-"', '""',
             'W/"1"', '"x"', '"1","2"']
    KEYS = ["k", "k" * 255, "k" * 256, '"' + "k" * 255 + '"', '""', '"',
            '"k', '"a b"', '"a\\"b"']

    def setUp(self):
        seed = int(os.environ.get("REGISTRAR_SEED") or
                   random.SystemRandom().randrange(2**32))
        print(f"REGISTRAR_SEED={seed}", flush=True)
        self.random = random.Random(seed)
        self.refused = self.taken = 0

    def compare(self, what, sent):
        breaks = self.client.request_faults(what, sent)
        got = self.client.send(what, sent.bytes())
        if got.status == 400 and not breaks:
            self.assertIn(got.json["detail"], IN_WORDS,
                          f"{what} {sent.bytes()}: only the service refuses")
        elif breaks:
            self.assertEqual(got.status, 400, f"{what} {sent.bytes()}: only "
                             f"the document refuses: {breaks}")
        self.refused += got.status == 400
        self.taken += got.status < 300

    def changed(self, what):
        body = example_message(self.contract, what).json
        known = self.contract.resolved(what.media["schema"])["properties"]
        for _ in range(self.random.randint(1, 3)):
            name = self.random.choice([*known, *known, "unknown"])
            if self.random.random() < 0.15:
                body.pop(name, None)
            else:
                body[name] = self.random.choice(self.VALUES)
        # Rows that were made before must not stand in the way of all others.
        for name in ("student_number", "course_code", "semester_name",
                     "section_number", "email"):
            if self.random.random() < 0.7 and name in body \
                    and what.id.startswith("create") \
                    and not (name == "course_code" and "semester" in known):
                body[name] = f"{self.random.randrange(10**12)}"
        return body

    def test_is_the_same_for_bodies(self):
        with_body = [x for x in self.contract.operations if x.media]
        for _ in range(1000):
            what = self.random.choice(with_body)
            sent = example_message(self.contract, what, optional=False)
            self.compare(what, sent.with_json(self.changed(what)))
        self.assertGreater(self.refused, 100)
        self.assertGreater(self.taken, 30)

    def test_is_the_same_for_each_required_member(self):
        for what in self.contract.operations:
            schema = self.contract.resolved(
                what.media["schema"]) if what.media else {}
            for name in schema.get("required", []):
                sent = example_message(self.contract, what, optional=False)
                body = sent.json
                body.pop(name)
                self.compare(what, sent.with_json(body))
        self.assertGreater(self.refused, 8)
        self.assertEqual(self.taken, 0)

    def test_is_the_same_for_queries(self):
        for what in self.contract.operations:
            for text in ("unknown=1", "unknown", "&unknown=1"):
                sent = example_message(self.contract, what, False)
                sent.target += ("&" if "?" in sent.target else "?") + text
                self.compare(what, sent)
            if what.media:
                continue
            # What is in a cursor is the service's own affair.
            names = [x["name"] for x in what.parameters
                     if x["in"] == "query" and x["name"] != "cursor"]
            for name in [*names, *(["unknown"] if names else [])]:
                for text in self.TEXTS:
                    sent = example_message(self.contract, what, False)
                    path = sent.target.partition("?")[0]
                    sent.target = f"{path}?{name}={text.replace(' ', '+')}"
                    self.compare(what, sent)
                    sent.target += "&unknown=1"
                    self.compare(what, sent)
        self.assertGreater(self.refused, 50)
        self.assertGreater(self.taken, 30)

    def test_is_the_same_for_ids_in_paths(self):
        for what in self.contract.operations:
            for text in ("x", self.NOWHERE[:-1], self.NOWHERE + "0"):
                if "{id}" in what.template:
                    sent = example_message(self.contract, what, False)
                    sent.target = what.template.replace("{id}", text)
                    self.compare(what, sent)
        self.assertEqual((self.refused > 30, self.taken), (True, 0))

    def test_is_the_same_for_headers(self):
        for what in self.contract.operations:
            for name, texts in (("If-Match", self.ETAGS),
                                ("Idempotency-Key", self.KEYS)):
                for text in texts:
                    if what.parameter("header", name):
                        sent = example_message(self.contract, what, False)
                        self.compare(what, sent.set(name, text))
        self.assertGreater(self.refused, 20)
        self.assertGreater(self.taken, 10)


if __name__ == "__main__":
    unittest.main()
