"""Every fault of the service that came before this one, by name. On each, it
lost, doubled or sold over."""

import contextlib
import signal
import sqlite3
import threading
import unittest

import production
from served import client, served, student_id, wait_until

STUDENTS = 40


class fault_case(unittest.TestCase):
    SEATS = [2, 30]

    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.small, self.large = self.server.import_sections(
            [("FAULT 1", f"{i}", seats) for i, seats in enumerate(self.SEATS)],
            STUDENTS)
        self.server.start()
        self.connect()

    def connect(self):
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def ask(self, path, number, sections, key=None):
        return self.client.ask(
            "POST", f"/api/v1/{path}",
            {"student_id": student_id(number), "section_ids": sections},
            {"Idempotency-Key": key} if key else None)

    def one(self, path, number, section, key=None):
        got = self.ask(path, number, [section], key)
        self.assertEqual(got.status, 200, got.body)
        return got.json["results"][0]

    def register(self, number, section, key=None):
        return self.one("register", number, section, key)["status"]

    def drop(self, number, section, key=None):
        return self.one("drop", number, section, key)["status"]

    def students_of(self, section, of):
        got = self.client.ask("GET", f"/api/v1/sections/{section}/{of}")
        self.assertEqual(got.status, 200, got.body)
        return [x["student_id"] for x in got.json[of]]

    def assert_roster(self, section, *numbers):
        self.assertEqual(self.students_of(section, "roster"),
                         [student_id(x) for x in numbers])

    def assert_line(self, section, *numbers):
        self.assertEqual(self.students_of(section, "waitlist"),
                         [student_id(x) for x in numbers])

    def assert_sound(self):
        """SQL equals the ledger once the service has stopped in order."""
        self.assertEqual(self.server.stop(), 0)
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    @contextlib.contextmanager
    def stalled_sql(self):
        """SQL takes nothing meanwhile: jobs queue up."""
        if self.server.stores is None:
            database = sqlite3.connect(self.server.data / "registrar.db",
                                       isolation_level=None, timeout=30)
            database.execute("begin immediate")
            try:
                yield
            finally:
                database.execute("rollback")
                database.close()
            return
        with production.frozen_postgres():
            yield


class crashes(fault_case):
    def test_crash_with_queued_jobs(self):
        with self.stalled_sql():
            for number in range(1, 21):
                self.assertEqual(self.register(number, self.large), "enrolled")
            self.server.kill()
        self.server.start()
        self.connect()
        self.assert_roster(self.large, *range(1, 21))
        self.assert_sound()

    def test_graceful_stop_with_queued_jobs(self):
        with self.stalled_sql():
            for number in range(1, 21):
                self.assertEqual(self.register(number, self.large), "enrolled")
            self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.process.wait(timeout=60), 0)
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.server.start()
        self.connect()
        self.assert_roster(self.large, *range(1, 21))
        self.assert_sound()

    def test_restart_while_sql_lags_does_not_resurrect_seats(self):
        for number in (1, 2):
            self.assertEqual(self.register(number, self.small), "enrolled")
        wait_until("SQL to have both", lambda: self.rows_in_sql() == 2)
        with self.stalled_sql():
            self.assertEqual(self.drop(1, self.small), "dropped")
            self.assertEqual(self.register(3, self.small), "enrolled")
            self.server.kill()
        # SQL still shows the state before: it must not win.
        self.server.start()
        self.connect()
        self.assertEqual(self.register(4, self.small), "waitlisted")
        self.assert_roster(self.small, 2, 3)
        self.assert_sound()

    def rows_in_sql(self):
        counted = ("select count(*) from registrations "
                   "where status = 'enrolled'")
        if self.server.stores is not None:
            return int(self.server.stores.ask_sql(counted))
        database = sqlite3.connect(self.server.data / "registrar.db")
        with contextlib.closing(database):
            return database.execute(counted).fetchone()[0]

    def test_promotion_while_the_worker_dies(self):
        for number in (1, 2, 3):
            self.register(number, self.small)
        with self.stalled_sql():
            self.assertEqual(self.drop(1, self.small), "dropped")
            self.server.kill()
        self.server.start()
        self.connect()
        self.assert_roster(self.small, 2, 3)
        self.assert_line(self.small)
        self.assertEqual(self.register(3, self.small), "already_registered")
        self.assert_sound()


class doubles(fault_case):
    def together(self, count, act):
        """Runs `act(i, client)` in `count` threads at once."""
        barrier = threading.Barrier(count)
        results, errors = [None] * count, []

        def run(i):
            asking = client(self.server.port)
            try:
                barrier.wait(30)
                results[i] = act(i, asking)
            except Exception as error:  # shown by the main thread
                errors.append(error)
            finally:
                asking.close()

        threads = [threading.Thread(target=run, args=(i,))
                   for i in range(count)]
        for x in threads:
            x.start()
        for x in threads:
            x.join(60)
        self.assertEqual(errors, [])
        return results

    def body(self, number, *sections):
        return {"student_id": student_id(number), "section_ids": sections}

    def test_two_first_requests_for_a_cold_section(self):
        def act(i, asking):
            got = asking.ask("POST", "/api/v1/register",
                             self.body(i + 1, self.small))
            return got.json["results"][0]["status"]

        told = self.together(8, act)
        self.assertEqual(sorted(told), ["enrolled"] * 2 + ["waitlisted"] * 6)
        self.assertEqual(len(self.students_of(self.small, "roster")), 2)
        self.assert_sound()

    def test_double_click(self):
        def act(_, asking):
            got = asking.ask("POST", "/api/v1/register",
                             self.body(1, self.small))
            return got.json["results"][0]["status"]

        told = self.together(6, act)
        self.assertEqual(sorted(told),
                         ["already_registered"] * 5 + ["enrolled"])
        self.assert_roster(self.small, 1)
        self.assert_sound()

    def test_two_requests_in_flight_with_one_key(self):
        def act(_, asking):
            while True:
                got = asking.ask("POST", "/api/v1/register",
                                 self.body(1, self.small),
                                 {"Idempotency-Key": "one"})
                if got.status == 200:
                    return got.body
                self.assertEqual(got.status, 409, got.body)
                self.assertIn("retry-after", got.headers)

        told = self.together(6, act)
        self.assertEqual(len(set(told)), 1, told)
        self.assert_roster(self.small, 1)
        self.assert_sound()

    def test_the_same_section_twice(self):
        got = self.ask("register", 1, [self.small, self.small])
        first, second = got.json["results"]
        self.assertEqual(first["status"], "enrolled")
        self.assertEqual(second["status"], "rejected")
        self.assertEqual(second["code"], "duplicate_in_request")
        self.assert_roster(self.small, 1)
        self.assert_sound()

    def test_double_drop(self):
        for number in (1, 2, 3, 4):
            self.register(number, self.small)
        self.assertEqual(self.drop(1, self.small), "dropped")
        self.assertEqual(self.drop(1, self.small), "not_registered")
        # One seat became free, not two.
        self.assert_roster(self.small, 2, 3)
        self.assert_line(self.small, 4)
        self.assert_sound()

    def test_a_key_used_by_two_students(self):
        self.assertEqual(self.register(1, self.large, "shared"), "enrolled")
        self.assertEqual(self.register(2, self.large, "shared"), "enrolled")
        self.assert_roster(self.large, 1, 2)
        self.assert_sound()


class comings_and_goings(fault_case):
    def test_drop_right_after_enrol(self):
        for _ in range(20):
            self.assertEqual(self.register(1, self.small), "enrolled")
            self.assertEqual(self.drop(1, self.small), "dropped")
        self.assert_roster(self.small)
        self.assert_sound()

    def test_drop_and_come_back(self):
        self.register(1, self.small)
        first = self.one("drop", 1, self.small)
        again = self.one("register", 1, self.small)
        self.assertEqual(again["status"], "enrolled")
        self.assertNotEqual(again["registration_id"],
                            first.get("registration_id"))
        self.assert_roster(self.small, 1)
        self.assert_sound()

    def test_a_waiter_who_retries(self):
        for number in (1, 2, 3, 4):
            self.register(number, self.small)
        again = self.one("register", 3, self.small)
        self.assertEqual(again["status"], "already_registered")
        self.assertEqual(again["waitlist_position"], 1)
        self.assert_line(self.small, 3, 4)
        self.assert_sound()

    def test_a_newcomer_against_a_waiter_on_a_freed_seat(self):
        for number in (1, 2, 3):
            self.register(number, self.small)
        self.assertEqual(self.drop(2, self.small), "dropped")
        self.assertEqual(self.register(4, self.small), "waitlisted")
        self.assert_roster(self.small, 1, 3)
        self.assert_line(self.small, 4)
        self.assert_sound()


@unittest.skipUnless(production.is_given(), "needs Redis and PostgreSQL")
class readiness(fault_case):
    def ready(self):
        asking = client(self.server.port, timeout_s=10)
        try:
            return asking.ask("GET", "/ready")
        finally:
            asking.close()

    def assert_names(self, part):
        wait_until(f"/ready to name {part}", lambda: self.ready().status == 503)
        got = self.ready()
        self.assertIn("retry-after", got.headers)
        self.assertIn(part, got.json["detail"])

    def assert_heals(self):
        wait_until("the service to heal by itself",
                   lambda: self.ready().status == 200)

    def test_readiness_with_redis_down(self):
        self.assertEqual(self.register(1, self.small), "enrolled")
        with production.frozen_redis():
            self.assert_names("ledger")
            got = self.ask("register", 2, [self.small])
            self.assertEqual(got.status, 503, got.body)
            self.assertIn("retry-after", got.headers)
            # A mirror answers, and says what it is once the lease has ended.
            wait_until("a read that is marked stale", self.is_stale)
        self.assert_heals()
        self.assertFalse(self.is_stale())
        self.assertEqual(self.register(2, self.small), "enrolled")
        self.assert_sound()

    def is_stale(self):
        got = self.client.ask("GET", f"/api/v1/sections/{self.small}")
        return got.status == 200 and got.json.get("stale", False)

    def test_readiness_with_postgresql_down(self):
        with production.frozen_postgres():
            self.assert_names("sql")
            # Registration goes on.
            self.assertEqual(self.register(1, self.small), "enrolled")
            self.assertEqual(self.drop(1, self.small), "dropped")
        self.assert_heals()
        self.assert_sound()

    def test_says_503_and_not_404_of_the_unknown_while_sql_is_down(self):
        path = ("/api/v1/students/00000000-0000-4000-8000-00000000abcd"
                "/registrations")
        self.assertEqual(self.client.ask("GET", path).status, 404)
        with production.frozen_postgres():
            self.assert_names("sql")
            # SQL was asked a moment ago; from some seconds on it may know.
            wait_until("an unknown student to be unknown for now",
                       lambda: self.client.ask("GET", path).status == 503)
            got = self.ask("register", 1, [self.small])
            self.assertEqual(got.status, 200, got.body)
        self.assert_heals()
        wait_until("an unknown student to be unknown for good",
                   lambda: self.client.ask("GET", path).status == 404)


if __name__ == "__main__":
    unittest.main()
