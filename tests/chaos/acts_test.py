"""What an operator does while SQL does not answer takes effect at once, and its
row is in the audit log as soon as SQL is back."""

import unittest

import production
from served import client, served, student_id, wait_until

TRACES = "/api/v1/ops/traces"
ACTS = "/api/v1/ops/acts"


class acts_without_sql(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.section, = self.server.import_sections([("ACT 1", "A00", 5)], 9)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def trace(self, number, why):
        got = self.client.ask("POST", TRACES, {
            "student_id": student_id(number), "for_seconds": 60,
            "reason": why})
        self.assertEqual(got.status, 201, got.body)
        return got.json

    def rows(self):
        return self.server.stores.ask_sql(
            "select action || ': ' || reason from audit_log order by audit_id")

    def test_work_and_are_written_when_it_is_back(self):
        self.assertEqual(self.trace(1, "before")["audit"], "written")
        with production.frozen_postgres():
            started = self.trace(2, "during")
            self.assertEqual(started["audit"], "pending")
            # It is no promise only: the next request is in it.
            got = self.client.ask("POST", "/api/v1/register", {
                "student_id": student_id(2), "section_ids": [self.section]})
            self.assertEqual(got.status, 200, got.body)
            trace = f"{TRACES}/{started['trace']['trace_id']}"
            steps = [x["step"]
                     for x in self.client.ask("GET", trace).json["events"]]
            self.assertIn("decided", steps)
            self.assertEqual(
                self.client.ask("POST", trace + "/stop",
                                {"reason": "seen"}).json["audit"], "pending")
            self.assertEqual(self.client.ask("GET", ACTS).status, 503)
        wait_until("the rows", lambda: self.rows().splitlines() == [
            "trace started: before", "trace started: during",
            "trace stopped: seen"])
        listed = self.client.ask("GET", ACTS).json
        self.assertEqual(listed["pending"], [])
        self.assertEqual([x["reason"] for x in listed["acts"]],
                         ["seen", "during", "before"])
        self.assertEqual({x["who"] for x in listed["acts"]},
                         {"somebody at 127.0.0.1"})

    def test_are_written_before_a_stop_ends(self):
        with production.frozen_postgres():
            self.assertEqual(self.trace(1, "late")["audit"], "pending")
            self.server.ask_to_stop()
        self.assertEqual(self.server.wait_ended(), 0)
        self.assertEqual(self.rows(), "trace started: late")


if __name__ == "__main__":
    unittest.main()
