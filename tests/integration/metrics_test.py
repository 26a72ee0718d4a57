"""/metrics of a real server, read strictly: what a registration changes, what
a dependency that is down shows, and the log level that changes meanwhile.

On the embedded stores, or on the production stores where those are given."""

import pathlib
import sys
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/chaos"))

import production  # noqa: E402
from served import client, served, student_id, wait_until  # noqa: E402

from exposition import page  # noqa: E402

STUDENTS = 20
LOG_LEVEL = "/api/v1/ops/log-level"
# What moves by itself, or by being looked at.
RESTLESS = ("process_", "registrar_mailbox_wait", "registrar_http_",
            "registrar_journal_oldest", "registrar_catalogue_loads")


class metrics_case(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.small, self.large = self.server.import_sections(
            [("METER 1", "A00", 1), ("METER 2", "A00", 50)], STUDENTS)
        self.server.start()
        # A client of its own for scrapes: connections count too.
        self.scraper = client(self.server.port)
        self.client = client(self.server.port)
        self.addCleanup(self.scraper.close)
        self.addCleanup(self.client.close)

    def scrape(self):
        got = self.scraper.ask("GET", "/metrics")
        self.assertEqual(got.status, 200)
        self.assertEqual(got.headers["content-type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        return page(got.body)

    def send(self, action, student, sections, key=None):
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.ask("POST", f"/api/v1/{action}", {
            "student_id": student_id(student), "section_ids": sections},
            headers)

    def wait_drained(self):
        wait_until("SQL has everything", lambda: self.scrape().value(
            "registrar_journal_uncommitted_entries") == 0)

    def wait_read(self):
        """The journal's reader reads all of it at start, at its own pace."""
        def is_through():
            got = self.client.ask(
                "GET", "/api/v1/ops/actors?filter=journal-reader").json
            # None until it was asked, which this is the first to do.
            figures = got["actors"][0].get("figures")
            return figures and not (figures["reads_all"]
                                    or figures["lacking_sections"])
        wait_until("a reader at rest", is_through)

    def wait_taken(self, seats):
        """What lists show follows the ledger."""
        wait_until(f"{seats} seats", lambda: self.scrape().value(
            "registrar_section_seats_taken") == seats)

    def risen(self, before, after):
        """By series, without what moves by itself."""
        old, new = before.series(), after.series()
        return {key: value - old.get(key, 0) for key, value in new.items()
                if value != old.get(key, 0) and value == value
                and not key[0].startswith(RESTLESS)}


class the_page(metrics_case):
    def test_has_every_family_before_anything_happened(self):
        families = self.scrape().families
        self.assertGreater(len(families), 50)
        for one in families.values():
            self.assertRegex(one.name, r"^(registrar|process)_[a-z_]+$")

    def test_says_what_there_is(self):
        self.send("register", 1, [self.small])
        self.wait_drained()
        wait_until("a full section", lambda: self.scrape().value(
            "registrar_sections", state="full") == 1)
        got = self.scrape()
        self.assertEqual(got.value("registrar_sections", state="open"), 1)
        self.assertEqual(got.value("registrar_students"), STUDENTS)
        self.assertEqual(got.value("registrar_section_seats"), 51)
        self.assertEqual(got.value("registrar_section_seats_taken"), 1)
        self.assertEqual(got.value("registrar_section_actors",
                                   actor="section-supervisor"), 1)
        self.assertEqual(got.value("registrar_ledger_partitions_owned"), 64)
        self.assertEqual(got.value("registrar_ledger_leases_held"), 64)
        self.assertEqual(got.value("registrar_ready"), 1)
        self.assertEqual(got.value("registrar_takes_registrations"), 1)
        for name in ("catalogue", "journal", "ledger", "sql"):
            self.assertEqual(
                got.value("registrar_dependency_up", dependency=name), 1)
        self.assertGreater(got.value("process_resident_memory_bytes"), 1e6)
        answered = got.families["registrar_actor_answered"].samples
        self.assertGreater(len(answered), 5)
        self.assertEqual(set(answered.values()), {1})

    def test_changes_by_exactly_what_was_done(self):
        self.send("register", 1, [self.large])
        self.wait_drained()
        self.wait_taken(1)
        self.wait_read()
        before = self.scrape()
        key = str(uuid.uuid4())
        # One takes the seat, one waits; a replay; a drop that promotes; one
        # that has nothing to drop; a section that is not there.
        self.send("register", 2, [self.small, self.large], key)
        self.assertTrue(self.send("register", 2, [self.small, self.large],
                                  key).is_replay)
        self.send("register", 3, [self.small])
        self.send("register", 3, [self.small])
        self.send("drop", 2, [self.small])
        self.send("drop", 2, [self.small])
        self.send("register", 3, [str(uuid.uuid4())])
        self.send("register", STUDENTS + 1, [self.small])
        self.wait_drained()
        self.wait_taken(3)
        wait_until("the notice", lambda: self.scrape().value(
            "registrar_notices_written_total") == 1)
        after = self.scrape()
        got = self.risen(before, after)

        def taken(name, **labels):
            return got.pop((name, tuple(sorted(labels.items()))))

        results = "registrar_registration_results_total"
        for result, count in (("enrolled", 2), ("waitlisted", 1),
                              ("already_registered", 1), ("dropped", 1),
                              ("not_registered", 1), ("rejected", 1)):
            self.assertEqual(taken(results, result=result), count, result)
        self.assertEqual(taken("registrar_registration_rejections_total",
                               code="section_not_found"), 1)
        requests = "registrar_registration_requests_total"
        self.assertEqual(taken(requests, action="register", fate="decided"), 4)
        self.assertEqual(taken(requests, action="drop", fate="decided"), 2)
        self.assertEqual(taken(requests, action="register",
                               fate="student_not_found"), 1)
        keys = "registrar_idempotency_keys_total"
        self.assertEqual(taken(keys, outcome="new"), 1)
        self.assertEqual(taken(keys, outcome="replay"), 1)
        entries = "registrar_ledger_entries_total"
        for kind, count in (("section_created", 1), ("enrolled", 2),
                            ("waitlisted", 1), ("dropped", 1),
                            ("promoted", 1)):
            self.assertEqual(taken(entries, kind=kind), count, kind)
        self.assertEqual(taken("registrar_sync_transaction_entries_sum"), 6)
        self.assertEqual(taken("registrar_notices_written_total"), 1)
        self.assertEqual(taken("registrar_section_actors",
                               actor="section-supervisor"), 1)
        self.assertEqual(taken("registrar_section_seats_taken"), 2)
        # The section that is not there was the broker's to refuse.
        self.assertEqual(taken("registrar_ledger_step_commands_sum"), 6)
        self.assertEqual(taken("registrar_broker_requests_total"), 6)
        rest = {name for name, _ in got}
        for name in rest:
            self.assertRegex(name, r"_bucket$|_count$|_duration_seconds_sum$|"
                             r"^registrar_(ledger_batches_total|sections)$")

    def test_counts_requests_by_route_and_never_by_path(self):
        before = self.scrape()
        self.client.ask("GET", f"/api/v1/sections/{self.small}")
        self.client.ask("GET", f"/api/v1/sections/{uuid.uuid4()}")
        self.client.ask("GET", "/api/v1/sections/what/is/this?x=1")
        self.client.ask("DELETE", "/api/v1/sections")
        after = self.scrape()
        name = "registrar_http_requests_total"
        risen = {tuple(v for _, v in labels): value - before.series().get(
            (one, labels), 0)
            for (one, labels), value in after.series().items() if one == name}
        self.assertEqual({k: v for k, v in risen.items() if v}, {
            ("GET", "/api/v1/sections/{id}", "200"): 1,
            ("GET", "/api/v1/sections/{id}", "404"): 1,
            ("other", "other", "404"): 1, ("other", "other", "405"): 1,
            ("GET", "/metrics", "200"): 1})

    def test_never_goes_back_while_much_happens(self):
        last = {}
        for number in range(1, STUDENTS + 1):
            self.send("register", number, [self.small, self.large])
            self.send("drop", number, [self.small])
            now = self.scrape().counters()
            for key, value in last.items():
                self.assertGreaterEqual(now[key], value, key)
            last = now


@unittest.skipUnless(production.is_given(), "these stores cannot be frozen")
class a_dependency_that_is_down(metrics_case):
    def is_up(self, name):
        return self.scrape().value("registrar_dependency_up",
                                   dependency=name) == 1

    def await_up(self, name, up):
        wait_until(f"{name} up: {up}", lambda: self.is_up(name) == up)

    def test_is_shown_for_redis(self):
        with production.frozen_redis():
            self.await_up("ledger", False)
            got = self.scrape()
            self.assertEqual(got.value("registrar_ready"), 0)
            self.assertEqual(
                got.value("registrar_dependency_up", dependency="sql"), 1)
        self.await_up("ledger", True)
        self.assertGreater(
            self.scrape().value("registrar_ledger_failures_total"), 0)

    def test_is_shown_for_postgres_with_how_far_it_is_behind(self):
        def lag(name):
            return self.scrape().value(f"registrar_journal_{name}")

        self.send("register", 1, [self.large])
        self.wait_drained()
        with production.frozen_postgres():
            self.assertEqual(self.send("register", 2, [self.large]).status,
                             200)
            self.await_up("sql", False)
            self.assertEqual(lag("uncommitted_entries"), 1)
            wait_until("an entry that waits",
                       lambda: lag("oldest_uncommitted_seconds") > 1)
            first = lag("oldest_uncommitted_seconds")
            wait_until("it to be older",
                       lambda: lag("oldest_uncommitted_seconds") > first)
        self.await_up("sql", True)
        self.wait_drained()
        wait_until("no entry that waits",
                   lambda: lag("oldest_uncommitted_seconds") == 0)


class the_log_level(metrics_case):
    def lines(self, event):
        return [x for x in self.server.log.read_text().splitlines()
                if f" {event} " in x]

    def put(self, body):
        got = self.client.ask("PUT", LOG_LEVEL, body,
                              {"X-Request-Id": "watch-7"})
        self.assertEqual(got.status, 200, got.body)
        return got.json

    def test_changes_while_the_service_runs_and_says_who_did_it(self):
        self.assertEqual(self.client.ask("GET", LOG_LEVEL).json,
                         {"level": "warn", "configured": "warn"})
        self.client.ask("GET", "/live")
        self.assertEqual(self.lines("request-answered"), [])
        self.put({"level": "info"})
        self.client.ask("GET", "/live")
        wait_until("a line for the request", lambda: any(
            "GET /live" in x for x in self.lines("request-answered")))
        self.put({"level": "off"})
        wait_until("who did it", lambda: [
            x.partition("log-level-changed ")[2]
            for x in self.lines("log-level-changed")] == [
                "request watch-7 set the log level from warn to info",
                "request watch-7 set the log level from info to off"])

    def test_goes_back_by_itself(self):
        got = self.put({"level": "trace", "for_seconds": 1})
        self.assertEqual((got["level"], got["configured"]), ("trace", "warn"))
        self.assertIn("until", got)
        wait_until("the configured level", lambda: self.client.ask(
            "GET", LOG_LEVEL).json == {"level": "warn", "configured": "warn"})
        wait_until("the line", lambda: any(
            "time set the log level from trace to warn" in x
            for x in self.lines("log-level-changed")))


if __name__ == "__main__":
    unittest.main()
