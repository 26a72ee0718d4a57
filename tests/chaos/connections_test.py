"""However many sections are busy, the service holds a bounded number of SQL
connections (API 5), and gives them back at its stop."""

import unittest

from served import client, served, student_id, wait_until

BOUND = 24
# Many enough that every worker of both pools has some of them.
SECTIONS = 120
# Of the database-sync and the waitlist pool, ten each.
POOLS = 20


class connections(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.sections = self.server.import_sections(
            [(f"BUSY {i}", "A00", 1) for i in range(SECTIONS)], 3)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)
        self.most = 0

    def count(self):
        """Those of the service; psql has another application's name."""
        now = int(self.server.stores.ask_sql(
            "select count(*) from pg_stat_activity where datname ="
            " current_database() and application_name = 'registrar'"))
        self.most = max(self.most, now)
        return now

    def ask(self, what, number, sections):
        got = self.client.ask("POST", "/api/v1/" + what, {
            "student_id": student_id(number), "section_ids": sections})
        self.assertEqual(got.status, 200, got.body)

    def test_are_bounded_while_every_worker_has_one(self):
        for start in range(0, SECTIONS, 20):
            part = self.sections[start:start + 20]
            self.ask("register", 1, part)
            self.ask("register", 2, part)
            # Each promotion gives the waitlist pool something to write.
            self.ask("drop", 1, part)
            self.count()
        wait_until("a notice of every promotion", lambda: self.count() and int(
            self.server.stores.ask_sql("select count(*) from notifications"))
            == SECTIONS)
        self.assertGreater(self.most, POOLS)
        self.assertLessEqual(self.most, BOUND)
        self.assertEqual(self.server.stop(), 0)
        wait_until("the connections to be gone", lambda: self.count() == 0)


if __name__ == "__main__":
    unittest.main()
