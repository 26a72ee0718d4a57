"""`verify` names what somebody broke in SQL, and finds nothing otherwise."""

import json
import sqlite3
import unittest
import uuid

import production
from served import client, served, student_id, wait_until

SEATS = 5
STUDENTS = 12
# As a memo says it, behind its expiry, attempt and mark.
DROPPED = "5"


def got_dropped(memo):
    return memo.split()[3] == DROPPED


class verify(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.section, = self.server.import_sections(
            [("VERIFY 1", "A00", SEATS)], STUDENTS)
        self.server.start()
        asking = client(self.server.port)
        for number in range(1, STUDENTS + 1):
            got = asking.ask("POST", "/api/v1/register", {
                "student_id": student_id(number),
                "section_ids": [self.section]})
            self.assertEqual(got.status, 200, got.body)
        asking.close()

    def tearDown(self):
        self.server.__exit__()

    def break_sql(self, statement, *values):
        self.assertEqual(self.server.stop(), 0)
        if self.server.stores is not None:
            for value in values:
                statement = statement.replace("?", f"'{value}'", 1)
            changed = self.server.stores.ask_sql(statement + " returning 1")
            self.assertEqual(changed, "1")
            return
        database = sqlite3.connect(self.server.data / "registrar.db")
        with database:
            changed = database.execute(statement, values).rowcount
        database.close()
        self.assertEqual(changed, 1)

    def assert_named(self, *words):
        found = self.server.verify()
        self.assertEqual(found.returncode, 1, found.stdout + found.stderr)
        for word in words:
            self.assertIn(word, found.stdout)

    def test_finds_nothing_in_a_stopped_service(self):
        self.assertEqual(self.server.stop(), 0)
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def test_finds_nothing_in_a_running_service(self):
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def test_names_a_registration_that_was_deleted(self):
        self.break_sql("delete from registrations where student_id = ?",
                       student_id(2))
        self.assert_named(self.section)

    def test_names_a_waiting_student_who_was_deleted(self):
        self.break_sql("delete from waitlist where student_id = ?",
                       student_id(SEATS + 2))
        self.assert_named(self.section)

    def test_names_a_count_that_was_changed(self):
        self.break_sql("update sections set enrolled_count = enrolled_count"
                       " - 1 where section_id = ?", self.section)
        self.assert_named(self.section, "enrolled_count")

    def test_names_a_capacity_that_was_changed(self):
        self.break_sql("update sections set total_seats = total_seats + 1"
                       " where section_id = ?", self.section)
        self.assert_named(self.section, "total_seats")

    @unittest.skipIf(production.is_given(),
                     "the ledger in Redis does not start from SQL's rows")
    def test_does_not_start_a_server_on_what_verify_finds_broken(self):
        self.break_sql("delete from registrations where student_id = ?",
                       student_id(2))
        done = self.server.run("serve", *self.server.flags,
                               "--listen", f"127.0.0.1:{self.server.port}",
                               "--log-level", "off", check=False)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn("verify", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1,
                         done.stderr)

    def test_names_another_registration_of_the_same_student(self):
        broken = ("update registrations set registration_id ="
                  " '00000000-0000-4000-8000-000000000001'"
                  " where student_id = ?")
        if self.server.stores is not None:
            # Beside a running server too.
            statement = broken.replace("?", f"'{student_id(2)}'")
            wait_until("SQL to have the row", lambda:
                       self.server.stores.ask_sql(
                           statement + " returning 1") == "1")
            self.assert_named(self.section, student_id(2))
            self.assertEqual(self.server.stop(), 0)
        else:
            self.break_sql(broken, student_id(2))
        self.assert_named(self.section)

    @unittest.skipUnless(production.is_given(), "the embedded keys are looked"
                         " at when the server has stopped")
    def test_compares_keys_beside_a_running_server(self):
        asking = client(self.server.port)
        for number, section in ((1, self.section), (2, str(uuid.UUID(int=7)))):
            got = asking.ask("POST", "/api/v1/drop", {
                "student_id": student_id(number), "section_ids": [section]},
                {"Idempotency-Key": f"k{number}"})
            self.assertEqual(got.status, 200, got.body)
        asking.close()
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertIn("2 keys compared", found.stdout)
        memo, = [x for x in self.server.stores.ask_redis(
            "KEYS", f"{{p*}}:memo:{self.section}:*").splitlines()
            if got_dropped(self.server.stores.ask_redis("GET", x))]
        self.server.stores.ask_redis("DEL", memo)
        self.assert_named(self.section, "keeps no memo")

    def test_says_differences_as_json(self):
        self.break_sql("delete from registrations where student_id = ?",
                       student_id(2))
        found = self.server.run("verify", "--json", *self.server.flags,
                                check=False)
        self.assertEqual(found.returncode, 1)
        self.assertTrue(json.loads(found.stdout)["differences"])


if __name__ == "__main__":
    unittest.main()
