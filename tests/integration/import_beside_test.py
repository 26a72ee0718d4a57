"""An import beside a running server on the production stores is seen by it."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))

from served import client, served, student_id, wait_until  # noqa: E402

SEEN_WITHIN_S = 5


class import_beside(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.first, = self.server.import_sections([("FIRST 1", "A00", 3)], 3)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def register(self, number, section):
        return self.client.ask("POST", "/api/v1/register", {
            "student_id": student_id(number), "section_ids": [section]})

    def listed(self):
        got = self.client.ask("GET", f"/api/v1/sections?ids={self.first}")
        section, = got.json["sections"]
        return section

    def test_brings_students_and_sections(self):
        self.assertEqual(self.register(7, self.first).status, 404)
        second, = self.server.import_sections([("SECOND 1", "A00", 3)], 10)
        wait_until("the server to know the new student",
                   lambda: self.register(7, self.first).status == 200,
                   SEEN_WITHIN_S)
        got = self.register(8, second)
        self.assertEqual(got.json["results"][0]["status"], "enrolled", got.body)

    def test_leaves_what_the_ledger_decided(self):
        for number in (1, 2, 3):
            self.register(number, self.first)
        self.server.import_sections([("THIRD 1", "A00", 3)], 10)
        wait_until("the server to know the new student",
                   lambda: self.register(7, self.first).status == 200,
                   SEEN_WITHIN_S)
        self.assertEqual(self.listed()["enrolled"], 3)
        wait_until("the list to show who waits",
                   lambda: self.listed()["waitlisted"] == 1, SEEN_WITHIN_S)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
