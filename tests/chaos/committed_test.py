"""`acknowledge = committed`: no answer before SQL holds what it says."""

import unittest

import production
from served import client, served, student_id, wait_until

SEATS = 2
STUDENTS = 10


class committed(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.section, = self.server.import_sections(
            [("COMMITTED 1", "A00", SEATS)], STUDENTS)
        config = self.server.directory / "registrar.toml"
        config.write_text('[storage]\nacknowledge = "committed"\n')
        self.server.start("--config", str(config))
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def register(self, number, key=None):
        return self.client.ask(
            "POST", "/api/v1/register",
            {"student_id": student_id(number), "section_ids": [self.section]},
            {"Idempotency-Key": key} if key else None)

    def in_sql(self, number):
        return self.server.stores.ask_sql(
            "select status from registrations where student_id = "
            f"'{student_id(number)}'")

    def test_answers_what_sql_holds_already(self):
        for number in (1, 2):
            got = self.register(number)
            self.assertEqual(got.status, 200, got.body)
            self.assertEqual(self.in_sql(number), "enrolled")

    def test_answers_503_without_sql_and_the_same_retry_later(self):
        with production.frozen_postgres():
            got = self.register(1, "one")
            self.assertEqual(got.status, 503, got.body)
            self.assertIn("retry-after", got.headers)
            # Nor does a replay tell what SQL does not hold.
            self.assertNotEqual(self.register(1, "one").status, 200)
        wait_until("the retry to be answered",
                   lambda: self.register(1, "one").status == 200)
        self.assertEqual(self.in_sql(1), "enrolled")
        again = self.register(1)
        self.assertEqual(again.json["results"][0]["status"],
                         "already_registered")
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
