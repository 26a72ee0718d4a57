"""What tests on a world of their own share: sections, students who register,
and what must hold afterwards."""

import unittest

from history import history
from served import client, student_id, wait_until
from traffic import live_state, until_served
from world import world

SEATS = 4


class world_case(unittest.TestCase):
    """Two sections with few seats and many students, on a new world."""

    students = 60
    redis_settings = {}

    def setUp(self):
        self.here = world(**self.redis_settings)
        self.here.__enter__()
        self.addCleanup(self.here.__exit__, None, None, None)
        self.server = self.here.server
        self.stores = self.here.stores
        self.sections = self.server.import_sections(
            [(f"{type(self).__name__} {i}", "A00", SEATS) for i in (1, 2)],
            self.students)
        self.history = history()
        self.next = 0
        self.client = None

    # -- asking ---------------------------------------------------------------

    def ask(self, method, path, body=None, headers=None, server=None):
        """On a connection of its own: servers come and go."""
        asking = client((server or self.server).port)
        try:
            return asking.ask(method, path, body, headers)
        finally:
            asking.close()

    def register(self, number, *sections, server=None):
        """The student's key is the same each time: a retry."""
        return self.ask(
            "POST", "/api/v1/register",
            {"student_id": student_id(number),
             "section_ids": list(sections or self.sections)},
            {"Idempotency-Key": f"key-{number}"}, server)

    def note(self, number, got):
        for result in got.json["results"]:
            self.history.note(student_id(number), result)

    def register_some(self, count, *sections):
        """@returns section -> student numbers, and notes their answers."""
        for _ in range(count):
            self.next += 1
            got = self.register(self.next, *sections)
            self.assertEqual(got.status, 200, got.body)
            self.note(self.next, got)
        return range(self.next - count + 1, self.next + 1)

    def assert_refused(self, got, code):
        self.assertEqual(got.status, 503, got.body)
        self.assertEqual(got.json["code"], code, got.body)
        self.assertIn("retry-after", got.headers)

    def assert_cannot_start(self, *words, server=None, flags=(), lines=1):
        """Exit code 2, a sentence that has the words."""
        server = server or self.server
        done = server.run(
            "serve", "--listen", f"127.0.0.1:{server.port}",
            "--log-level", "off", *server.flags, *flags, check=False)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), lines,
                         done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        return done.stderr

    # -- what must hold -------------------------------------------------------

    def sequences(self, *sections):
        asking = client(self.server.port)
        result = {}
        for section in sections or self.sections:
            got = until_served(asking, f"/api/v1/sections/{section}")
            result[section] = int(
                got.headers["etag"].strip('"').split("-")[1])
        asking.close()
        return result

    def await_sql(self, *sections):
        """Until SQL has what the ledger has."""
        wanted = self.sequences(*sections)
        wait_until("SQL to have all of the ledger", lambda: {
            x: self.here.cursors()[x] for x in wanted} == wanted)
        return wanted

    def check_live_state(self):
        """@returns section -> (roster, waitlist), held against the history."""
        asking = client(self.server.port)
        rows = {x: live_state(asking, x) for x in self.sections}
        asking.close()
        students = {x: tuple([y["student_id"] for y in of] for of in both)
                    for x, both in rows.items()}
        found = list(self.history.violations(
            students, dict.fromkeys(self.sections, SEATS)))
        self.assertEqual(found, [])
        return rows

    def assert_sql_equals(self, rows):
        in_sql = self.here.sql_rows(self.sections)
        for section, (roster, line) in rows.items():
            self.assertEqual(
                {(x["student_id"], x["registration_id"]) for x in roster},
                in_sql[section][0])
            self.assertEqual([x["student_id"] for x in line],
                             in_sql[section][1])

    def assert_verified(self):
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def check_all(self):
        """The whole, running and stopped; the server is stopped then."""
        rows = self.check_live_state()
        self.await_sql()
        self.assert_sql_equals(rows)
        self.assert_verified()
        self.assertEqual(self.server.stop(), 0, self.server.last_words())
        self.assert_verified()
        self.assert_sql_equals(rows)
