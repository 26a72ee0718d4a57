"""`rebuild-ledger` makes from SQL what a Redis has lost, and nothing else; and
`verify --repair` makes SQL what the ledger says, and nothing else."""

import json
import unittest

from served import client, served, student_id, wait_until

SEATS = 3
STUDENTS = 10


class rebuild(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.stores = self.server.stores
        self.sections = self.server.import_sections(
            [("LOST 1", "A00", SEATS), ("LOST 2", "A00", STUDENTS)], STUDENTS)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)
        for number in range(1, STUDENTS + 1):
            got = self.client.ask("POST", "/api/v1/register", {
                "student_id": student_id(number),
                "section_ids": self.sections}, {"Idempotency-Key": "k"})
            self.assertEqual(got.status, 200, got.body)

    def live(self):
        asking = client(self.server.port)
        result = []
        for section in self.sections:
            for of in ("roster", "waitlist"):
                got = asking.ask("GET", f"/api/v1/sections/{section}/{of}")
                self.assertEqual(got.status, 200, got.body)
                result.append([x["student_id"] for x in got.json[of]])
        asking.close()
        return result

    def rebuild(self):
        return self.server.run("rebuild-ledger", *self.server.flags, "--json",
                               check=False)

    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_makes_a_lost_ledger_anew_under_a_new_id(self):
        before = self.live()
        self.assertEqual(self.server.stop(), 0)
        old_id = self.stores.ask_redis("GET", "ledger:id")
        self.stores.ask_redis("FLUSHALL")
        refused = self.server.run("serve", "--listen", "127.0.0.1:0",
                                  *self.server.flags, check=False)
        self.assert_refused(refused, "rebuild-ledger")
        done = self.rebuild()
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertTrue(report["was_lost"])
        self.assertEqual(len(report["rebuilt"]), 2)
        self.assertTrue(report["unknown"])
        new_id = self.stores.ask_redis("GET", "ledger:id")
        self.assertEqual(new_id, report["ledger_id"])
        self.assertNotEqual(new_id, old_id)
        self.server.start()
        self.assertEqual(self.live(), before)
        asking = client(self.server.port)
        self.addCleanup(asking.close)
        # Everybody keeps the place: nobody is in twice.
        got = asking.ask("POST", "/api/v1/register", {
            "student_id": student_id(1), "section_ids": self.sections})
        self.assertEqual([x["status"] for x in got.json["results"]],
                         ["already_registered"] * 2)
        # A freed seat goes to the first who waits, as before.
        got = asking.ask("POST", "/api/v1/drop", {
            "student_id": student_id(1), "section_ids": self.sections[:1]})
        self.assertEqual(got.json["results"][0]["status"], "dropped")
        self.assertIn(student_id(SEATS + 1), self.live()[0])
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_refuses_while_a_server_holds_the_ledger(self):
        self.assert_refused(self.rebuild(), "holds this ledger")

    def test_refuses_while_a_node_of_a_cluster_lives(self):
        self.assertEqual(self.server.stop(), 0)
        self.stores.ask_redis("FLUSHALL")
        far = 2 * 10**13
        self.stores.ask_redis("HSET", "cluster:nodes", "n2",
                              f"run 1 {far} {far} 1 0 127.0.0.1:1 -")
        self.assert_refused(self.rebuild(), "The node n2 of a cluster shares "
                            "this ledger", "stop the cluster first")

    def test_refuses_where_nothing_is_lost(self):
        self.assertEqual(self.server.stop(), 0)
        before = self.stores.ask_redis("GET", "ledger:id")
        self.assert_refused(self.rebuild(), "nothing to rebuild")
        self.assertEqual(self.stores.ask_redis("GET", "ledger:id"), before)

    def test_refuses_another_ledger(self):
        self.assertEqual(self.server.stop(), 0)
        self.stores.ask_redis("SET", "ledger:id",
                              "00000000-0000-4000-8000-000000000001")
        self.assert_refused(self.rebuild(), "SQL belongs to ledger")

    def test_loads_only_the_sections_that_lost_writes(self):
        before = self.live()
        self.assertEqual(self.server.stop(), 0)
        keys = self.stores.ask_redis(
            "KEYS", f"{{p*}}:section:{self.sections[0]}").splitlines()
        self.assertEqual(len(keys), 1)
        self.stores.ask_redis("DEL", keys[0])
        done = self.rebuild()
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertFalse(report["was_lost"])
        self.assertEqual([x["section_id"] for x in report["rebuilt"]],
                         self.sections[:1])
        self.assertEqual(report["kept"], 1)
        self.server.start()
        self.assertEqual(self.live(), before)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_gives_a_server_that_was_frozen_its_ledger_back(self):
        before = self.live()
        key, = self.stores.ask_redis(
            "KEYS", f"{{p*}}:section:{self.sections[0]}").splitlines()
        # What SQL lacks, a rebuild would lose.
        self.assertEqual(self.server.verify().returncode, 0)
        self.server.freeze()
        # Its lease ends; while it lasts, this is refused.
        self.assert_refused(self.rebuild(), "holds this ledger")
        self.stores.ask_redis("DEL", key)
        wait_until("the end of the lease",
                   lambda: self.rebuild().returncode == 0)
        self.server.thaw()

        def is_served():
            got = self.client.ask("POST", "/api/v1/register", {
                "student_id": student_id(1), "section_ids": self.sections})
            return got.status == 200

        wait_until("the server to take it over again", is_served)
        self.assertEqual(self.live(), before)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_repairs_sql_from_a_whole_ledger_with_a_trace(self):
        self.assertEqual(self.server.stop(), 0)
        self.stores.ask_sql("delete from registrations where student_id = "
                            f"'{student_id(1)}'")
        self.assertEqual(self.server.verify().returncode, 1)
        self.assertEqual(self.server.verify().returncode, 1,
                         "verify alone changes nothing")
        done = self.server.run("verify", "--repair", *self.server.flags)
        self.assertIn("holds the ledger's rows again", done.stdout)
        self.assertEqual(self.server.verify().returncode, 0)
        self.assertTrue(self.stores.ask_sql("select * from audit_log"))

    def test_repairs_nothing_where_the_ledger_is_behind(self):
        self.assertEqual(self.server.stop(), 0)
        self.stores.ask_sql("update sections set last_sequence = "
                            "last_sequence + 1 where section_id = "
                            f"'{self.sections[0]}'")
        done = self.server.run("verify", "--repair", *self.server.flags,
                               check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("lost writes", done.stdout)
        self.assertEqual(self.stores.ask_sql("select * from audit_log"), "")

    def test_names_a_section_that_lost_rows_and_repairs_nothing_from_it(self):
        self.assertEqual(self.server.stop(), 0)
        key, = self.stores.ask_redis(
            "KEYS", f"{{p*}}:roster:{self.sections[0]}").splitlines()
        row = next(x for x in self.stores.ask_redis("HKEYS", key).splitlines()
                   if x != "counts")
        self.stores.ask_redis("HDEL", key, row)
        before = self.stores.ask_sql("select * from registrations order by 1")
        for flags in ([], ["--repair"]):
            done = self.server.run("verify", *flags, *self.server.flags,
                                   check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(f"{self.sections[0]}: the ledger lacks rows",
                          done.stdout)
            self.assertNotIn(self.sections[1], done.stdout)
        self.assertEqual(
            self.stores.ask_sql("select * from registrations order by 1"),
            before)
        # Nor does it hold the ledger any more.
        self.assertEqual(self.rebuild().returncode, 0)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_does_not_hold_the_ledger_after_a_repair_that_failed(self):
        self.assertEqual(self.server.stop(), 0)
        key, = self.stores.ask_redis(
            "KEYS", f"{{p*}}:roster:{self.sections[1]}").splitlines()
        self.stores.ask_redis("HSET", key, "nonsense", "nonsense")
        done = self.server.run("verify", "--repair", *self.server.flags,
                               check=False)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        held = self.stores.ask_redis("HGET", "{p00}:lease", "until")
        self.assertEqual(held, "0")

    def test_does_not_repair_under_a_running_server(self):
        done = self.server.run("verify", "--repair", *self.server.flags,
                               check=False)
        self.assert_refused(done, "stop it")


if __name__ == "__main__":
    unittest.main()
