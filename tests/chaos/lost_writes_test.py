"""Stores that lost writes, because somebody put an older copy of their files
back. A PostgreSQL is filled up again from the ledger; a Redis is never believed:
what it lost answers 503 until it is rebuilt, and no number is used twice."""

import unittest

from served import student_id, wait_until
from world_case import world_case


class a_postgres_that_lost_commits(world_case):
    def lose_commits(self, between=lambda: None):
        """Registrations reach SQL, and are gone from it then."""
        self.server.start()
        self.register_some(10)
        self.await_sql()
        self.here.postgres.stop()
        copy = self.here.keep_postgres()
        self.here.postgres.start_again()
        self.register_some(10)
        had = self.await_sql()
        between()
        self.here.postgres.stop()
        self.here.put_postgres_back(copy)
        self.here.postgres.start_again()
        self.assertNotEqual(self.here.cursors(), had)

    def test_is_filled_up_again_under_a_running_service(self):
        self.lose_commits()
        self.check_live_state()
        self.check_all()

    def test_is_filled_up_again_while_registrations_go_on(self):
        self.lose_commits()
        self.register_some(10)
        self.check_all()

    def test_is_filled_up_again_by_the_next_start(self):
        self.lose_commits(between=lambda: self.assertEqual(
            self.server.stop(), 0))
        self.server.start()
        self.register_some(5)
        self.check_all()

    def test_is_filled_up_again_after_a_kill(self):
        self.lose_commits(between=self.server.kill)
        self.server.start()
        self.register_some(5)
        self.check_all()

    def test_gets_the_ledgers_rows_where_the_journal_has_been_trimmed(self):
        self.lose_commits(between=self.forget_journal)
        self.register_some(5)
        self.check_all()
        self.assertIn("section-projected", self.server.log.read_text())

    def forget_journal(self):
        """As trimming does after a day: each section's last entry stays."""
        ask = self.stores.ask_redis
        for stream in ask("KEYS", "{p*}:journal").splitlines():
            entries = ask("XRANGE", stream, "-", "+").splitlines()[::3]
            sections = [x.split()[1] for x in
                        ask("XRANGE", stream, "-", "+").splitlines()[2::3]]
            for i, entry in enumerate(entries):
                if sections[i] in sections[i + 1:]:
                    self.assertEqual(ask("XDEL", stream, entry), "1")


class a_redis_that_lost_writes(world_case):
    """The first section loses registrations, the second does not."""

    def setUp(self):
        super().setUp()
        self.behind, self.whole = self.sections

    def lose_writes(self, reach_sql=True):
        self.server.start()
        self.register_some(10)
        self.await_sql()
        copy = self.here.keep_redis()
        if not reach_sql:
            self.here.gates["postgres"].cut()
        self.lost = self.register_some(5, self.behind)
        self.had = self.sequences()
        if reach_sql:
            self.await_sql()
        self.here.redis.kill()
        self.here.put_redis_back(copy)

    def ledger_sequence(self, section):
        key = self.stores.ask_redis("KEYS", f"{{p*}}:roster:{section}")
        return int(self.stores.ask_redis("HGET", key, "counts").split()[0])

    def await_answer(self, code):
        wait_until(f"503 {code}", lambda: self.is_refused(
            self.register(self.lost[0], self.behind), code))

    @staticmethod
    def is_refused(got, code):
        return got.status == 503 and got.json["code"] == code

    def check_only_one_is_behind(self):
        """In whatever way it is asked."""
        self.await_answer("ledger_behind")
        before = self.ledger_sequence(self.behind)
        self.assertLess(before, self.had[self.behind])
        path = f"/api/v1/sections/{self.behind}"
        for read in (path, path + "/roster", path + "/waitlist"):
            self.assert_refused(self.ask("GET", read), "ledger_behind")
        self.assert_refused(self.ask("PATCH", path, {"total_seats": 50}),
                            "ledger_behind")
        for number in [*self.lost, 1, self.next + 1]:
            self.assert_refused(
                self.ask("POST", "/api/v1/register", {
                    "student_id": student_id(number),
                    "section_ids": [self.behind]}), "ledger_behind")
        # The retry of what was acknowledged is not done a second time.
        self.assert_refused(self.register(self.lost[0], self.behind),
                            "ledger_behind")
        self.assert_refused(
            self.ask("POST", "/api/v1/drop", {
                "student_id": student_id(1),
                "section_ids": [self.behind]}), "ledger_behind")
        # Together with the other it is decided there, and says so.
        both = self.ask("POST", "/api/v1/register", {
            "student_id": student_id(self.next + 1),
            "section_ids": self.sections})
        self.assert_refused(both, "ledger_behind")
        self.assertEqual([x["section_id"] for x in both.json["results"]],
                         [self.whole])
        self.history.note(student_id(self.next + 1), both.json["results"][0])
        self.next += 1
        self.register_some(5, self.whole)
        wait_until("SQL to have the other section", lambda:
                   self.here.cursors()[self.whole]
                   == self.ledger_sequence(self.whole))
        self.assertEqual(self.ledger_sequence(self.behind), before,
                         "a number was used again")
        self.assertEqual(self.here.cursors()[self.behind],
                         self.had[self.behind])

    def rebuild_and_check(self):
        self.assertEqual(self.server.stop(), 0, self.server.last_words())
        found = self.server.verify()
        self.assertEqual(found.returncode, 1, found.stdout + found.stderr)
        self.assertIn(self.behind, found.stdout)
        self.assertNotIn(self.whole, found.stdout)
        self.server.run("rebuild-ledger", *self.server.flags)
        self.server.start()
        self.check_all()

    def test_refuses_that_section_while_running(self):
        self.lose_writes()
        self.here.redis.start_again()
        self.check_only_one_is_behind()
        self.rebuild_and_check()

    def test_refuses_that_section_after_a_restart(self):
        self.lose_writes()
        self.server.kill()
        self.here.redis.start_again()
        self.server.start()
        self.check_only_one_is_behind()
        self.rebuild_and_check()

    def test_refuses_what_only_the_running_service_has_seen(self):
        self.lose_writes(reach_sql=False)
        self.here.redis.start_again()
        self.await_answer("ledger_behind")
        self.here.gates["postgres"].open()
        # The service still had the entries: none is lost.
        wait_until("SQL to have what Redis has lost", lambda:
                   self.here.cursors()[self.behind] == self.had[self.behind])
        self.check_only_one_is_behind()
        self.rebuild_and_check()

    def test_verify_of_the_running_service_names_that_section(self):
        self.lose_writes()
        self.here.redis.start_again()
        self.await_answer("ledger_behind")
        found = self.server.verify()
        self.assertEqual(found.returncode, 1, found.stdout + found.stderr)
        self.assertIn(self.behind, found.stdout)
        self.assertNotIn(self.whole, found.stdout)


class a_redis_that_lost_all(world_case):
    def is_lost(self, *question):
        """A connection that broke is noticed first; nothing is answered
        meanwhile."""
        got = self.ask(*question)
        self.assertEqual(got.status, 503, got.body)
        return got.json["code"] == "ledger_lost"

    def await_loss(self, *question):
        wait_until("503 ledger_lost", lambda: self.is_lost(*question))
        self.assert_refused(self.ask(*question), "ledger_lost")

    def check_nothing_is_answered(self):
        path = f"/api/v1/sections/{self.sections[0]}"
        # Until it is noticed, a mirror may answer.
        wait_until("503", lambda: self.ask("GET", path).status == 503)
        for method, where, body in (
                ("GET", path, None),
                ("GET", path + "/roster", None),
                ("GET", f"/api/v1/students/{student_id(1)}/registrations",
                 None),
                ("PATCH", path, {"total_seats": 50}),
                ("POST", "/api/v1/register",
                 {"student_id": student_id(1),
                  "section_ids": self.sections}),
                ("POST", "/api/v1/drop",
                 {"student_id": student_id(1),
                  "section_ids": self.sections})):
            self.await_loss(method, where, body)
        self.assert_refused(self.register(1), "ledger_lost")
        self.assert_refused(self.register(self.next + 1), "ledger_lost")
        ready = self.ask("GET", "/ready")
        self.assertEqual(ready.status, 503)
        self.assertIn("rebuild-ledger", ready.body)
        self.assertEqual(
            self.stores.ask_redis("KEYS", "{p*}:section:*"), "")
        # What a dead ledger's server can do in order is to end.
        self.assertEqual(self.server.stop(), 0, self.server.last_words())
        self.assert_cannot_start("rebuild-ledger")
        self.server.run("rebuild-ledger", *self.server.flags)
        self.server.start()
        self.check_all()

    def start_and_register(self):
        self.server.start()
        self.register_some(10)
        self.await_sql()

    def test_says_so_after_a_flushall(self):
        self.start_and_register()
        self.stores.ask_redis("FLUSHALL")
        self.check_nothing_is_answered()

    def test_says_so_on_an_empty_directory(self):
        self.start_and_register()
        self.here.redis.kill()
        self.here.empty_redis()
        self.here.redis.start_again()
        self.check_nothing_is_answered()


class stores_that_do_not_belong_together(world_case):
    def another_world(self):
        self.server.start()
        self.register_some(2)
        self.assertEqual(self.server.stop(), 0)
        other = type(self.here)()
        other.__enter__()
        self.addCleanup(other.__exit__, None, None, None)
        other.server.import_sections([("OTHER", "A00", 3)], 3)
        other.server.start()
        self.assertEqual(other.server.stop(), 0)
        return other

    def test_are_refused(self):
        other = self.another_world()
        ours, theirs = self.server.flags, other.server.flags
        for redis, postgres in ((ours, theirs), (theirs, ours)):
            self.server.flags = [*redis[:2], *postgres[2:]]
            self.assert_cannot_start("belongs to ledger")
        self.server.flags = ours
        self.server.start()
        self.check_all()


class a_redis_that_can_forget:
    """Mixed into the cases below."""

    def test_is_refused_unless_the_configuration_says_otherwise(self):
        said = self.assert_cannot_start("allow_volatile_redis")
        for name, value in self.redis_settings.items():
            self.assertEqual(said.count(f"Redis has {name} {value}:"), 1, said)
        self.assertEqual(said.count("Redis has"), len(self.redis_settings))
        config = self.here.directory / "registrar.toml"
        config.write_text("[redis]\nallow_volatile_redis = true\n")
        self.server.start("--config", str(config))
        self.register_some(3)
        self.assertIn("redis-can-forget", self.server.log.read_text())
        self.assertEqual(self.server.stop(), 0, self.server.last_words())


class a_redis_that_syncs_each_second(a_redis_that_can_forget, world_case):
    redis_settings = {"appendfsync": "everysec"}


class a_redis_that_evicts(a_redis_that_can_forget, world_case):
    redis_settings = {"maxmemory-policy": "allkeys-lru"}


class a_redis_that_does_both(a_redis_that_can_forget, world_case):
    redis_settings = {"appendfsync": "everysec",
                      "maxmemory-policy": "allkeys-lru"}


if __name__ == "__main__":
    unittest.main()
