"""What SQL refuses for good is taken back, shown, listed and retried; the
rest of its section goes on."""

import json
import sqlite3
import unittest

from served import client, served, student_id, wait_until

SEATS = 3
STUDENTS = 30
REFUSED = 2


class dead_letters(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.section, self.other = self.server.import_sections(
            [("DEAD 1", "A00", SEATS), ("DEAD 1", "B00", STUDENTS)], STUDENTS)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def sql(self, statement):
        if self.server.stores is not None:
            return self.server.stores.ask_sql(statement)
        database = sqlite3.connect(self.server.data / "registrar.db",
                                   timeout=10)
        with database:
            rows = database.execute(statement).fetchall()
        database.close()
        return "\n".join("|".join(map(str, row)) for row in rows)

    def refuse(self, condition):
        """SQL takes no registration for which this holds."""
        if self.server.stores is not None:
            self.sql("alter table registrations add constraint broken "
                     f"check (status = 'failed' or not ({condition})) "
                     "not valid")
        else:
            condition = condition.replace("student_id", "new.student_id")
            self.sql("create trigger broken before insert on registrations "
                     f"when new.status <> 'failed' and {condition} "
                     "begin select raise(abort, 'broken'); end")

    def refuse_no_more(self):
        self.sql("alter table registrations drop constraint broken"
                 if self.server.stores is not None else "drop trigger broken")

    def register(self, number, section=None):
        got = self.client.ask("POST", "/api/v1/register", {
            "student_id": student_id(number),
            "section_ids": [section or self.section]})
        self.assertEqual(got.status, 200, got.body)
        return got.json["results"][0]["status"]

    def registrations(self, number):
        got = self.client.ask(
            "GET", f"/api/v1/students/{student_id(number)}/registrations")
        self.assertEqual(got.status, 200, got.body)
        return [x["status"] for x in got.json["registrations"]]

    def letters(self):
        done = self.server.run("dead-letters", "list", "--json",
                               *self.server.flags)
        return json.loads(done.stdout)["dead_letters"]

    def test_takes_back_what_sql_refuses_and_promotes_the_next(self):
        self.refuse(f"student_id = '{student_id(REFUSED)}'")
        told = [self.register(n) for n in range(1, SEATS + 3)]
        # Who comes next may find it taken back already.
        self.assertEqual(told[:SEATS], ["enrolled"] * SEATS)
        wait_until("a dead letter", self.letters)
        letter, = self.letters()
        self.assertEqual(letter["student_id"], student_id(REFUSED))
        self.assertEqual(letter["section_id"], self.section)
        self.assertEqual(letter["sqlstate"][:2], "23")
        # The student is shown it, the first who waited has the seat.
        wait_until("the student to be shown it",
                   lambda: self.registrations(REFUSED) == ["failed"])
        self.assertEqual(self.registrations(SEATS + 1), ["enrolled"])
        self.assertEqual(self.registrations(SEATS + 2), ["waitlisted"])
        self.assertEqual(self.server.verify().returncode, 0)

    def test_retries_through_the_running_server(self):
        self.refuse(f"student_id = '{student_id(REFUSED)}'")
        self.register(REFUSED)
        wait_until("a dead letter", self.letters)
        letter, = self.letters()
        self.refuse_no_more()
        wait_until("the withdrawal to be in SQL",
                   lambda: self.registrations(REFUSED) == ["failed"])
        done = self.server.run("dead-letters", "retry",
                               letter["dead_letter_id"], *self.server.flags)
        self.assertIn("enrolled", done.stdout)
        self.assertEqual(self.letters(), [])
        self.assertIn("enrolled", self.registrations(REFUSED))
        self.assertIn("dead letter retried",
                      self.sql("select action from audit_log"))
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_retries_and_discards_for_operators_over_http(self):
        self.refuse(f"student_id in ('{student_id(1)}', '{student_id(2)}')")
        self.register(1)
        self.register(2)
        wait_until("two dead letters", lambda: len(self.letters()) == 2)
        self.refuse_no_more()
        path = "/api/v1/ops/dead-letters"
        mine = self.client.ask("GET", f"{path}?student={student_id(1)}").json
        self.assertEqual((mine["total"], mine["matching"]), (2, 1))
        letter, = mine["dead_letters"]
        self.assertTrue(letter["can_retry"])
        self.assertEqual(letter["entry"]["kind"], "enrolled")
        done = self.client.ask("POST", path + "/retry", {
            "ids": [letter["dead_letter_id"]], "reason": "was imported"}).json
        self.assertEqual(done["results"][0]["status"], "enrolled")
        self.assertEqual(done["audit"], "written")
        other, = self.client.ask("GET", path).json["dead_letters"]
        done = self.client.ask("POST", path + "/discard", {
            "ids": [other["dead_letter_id"]], "reason": "has left"}).json
        self.assertEqual(done["summary"], {"asked": 1, "done": 1, "kept": 0})
        self.assertEqual(self.letters(), [])
        self.assertEqual(
            [(x["action"], x["reason"]) for x in
             self.client.ask("GET", "/api/v1/ops/acts").json["acts"]],
            [("dead letter discarded", "has left"),
             ("dead letter retried", "was imported")])
        self.assertIn("enrolled", self.registrations(1))
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_refuses_a_retry_without_a_server_and_discards_with_a_trace(self):
        self.refuse(f"student_id = '{student_id(REFUSED)}'")
        self.register(REFUSED)
        wait_until("a dead letter", self.letters)
        letter, = self.letters()
        self.assertEqual(self.server.stop(), 0)
        done = self.server.run("dead-letters", "retry",
                               letter["dead_letter_id"], *self.server.flags,
                               check=False)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("start it", done.stderr)
        self.server.run("dead-letters", "discard", letter["dead_letter_id"],
                        "--reason", "left the university", *self.server.flags)
        self.assertEqual(self.letters(), [])
        self.assertIn("dead letter discarded|left the university",
                      self.sql("select action, reason from audit_log"))
        self.assertIn("registrar dead-letters, ",
                      self.sql("select actor from audit_log"))
        done = self.server.run("dead-letters", "discard",
                               letter["dead_letter_id"], *self.server.flags,
                               check=False)
        self.assertEqual(done.returncode, 2)

    def test_says_for_programs_what_became_of_each_letter(self):
        self.refuse(f"student_id in ('{student_id(1)}', '{student_id(2)}')")
        self.register(1)
        self.register(2)
        wait_until("two dead letters", lambda: len(self.letters()) == 2)
        retried, discarded = [x["dead_letter_id"] for x in self.letters()]
        self.refuse_no_more()
        done = self.server.run("dead-letters", "retry", "--json", retried,
                               retried, *self.server.flags)
        told, = json.loads(done.stdout)["dead_letters"]
        self.assertEqual((told["dead_letter_id"], told["status"]),
                         (retried, "enrolled"))
        done = self.server.run("dead-letters", "discard", "--json", discarded,
                               discarded, *self.server.flags)
        told, = json.loads(done.stdout)["dead_letters"]
        self.assertEqual((told["dead_letter_id"], told["status"]),
                         (discarded, "discarded"))
        self.assertEqual(self.sql("select count(*) from audit_log where action"
                                  " like 'dead letter%'"), "2")

    def test_stops_the_pool_where_sql_refuses_everything(self):
        self.refuse("1 = 1")
        for number in range(1, STUDENTS + 1):
            self.assertEqual(self.register(number, self.other), "enrolled")

        def is_stopped():
            got = self.client.ask("GET", "/ready")
            return got.status == 503 and "sql" in got.body

        wait_until("SQL to be named as not ready", is_stopped)
        # Ten at most were given up, everybody else keeps the seat.
        self.assertLessEqual(len(self.letters()), 10)
        self.assertEqual(self.registrations(STUDENTS), ["enrolled"])
        self.refuse_no_more()
        wait_until("SQL to be written again",
                   lambda: self.client.ask("GET", "/ready").status == 200, 90)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
