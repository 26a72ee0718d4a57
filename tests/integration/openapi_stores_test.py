"""The problems that the OpenAPI document names for stores that fail, provoked
on a real Redis and a real PostgreSQL."""

import concurrent.futures
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/chaos"))

import production  # noqa: E402
from served import served, wait_until  # noqa: E402

from described import fetched  # noqa: E402
from described_client import described_client, example_message  # noqa: E402
from openapi_faults import NOWHERE, OF_A_CLUSTER  # noqa: E402

SAMPLE = ROOT / "cli/sample"
# Which operations need Redis, and which SQL.
LEDGER = {"registerSections", "dropSections", "listRegistrations",
          "getSection", "changeSection", "getRoster", "getWaitlist",
          "streamRegistrations", "freezeSection", "thawSection",
          "setCapacity"}
# They ask the ledger about a student, and no section.
OF_STUDENTS = {"listRegistrations", "streamRegistrations"}
SQL = {"createSection", "createStudent", "createCourse", "createSemester",
       "changeStudent", "changeCourse", "changeSemester", "getReadiness",
       "listDeadLetters", "retryDeadLetters", "discardDeadLetters", "listActs"}
# They ask SQL only about an id that they do not know.
SQL_IF_UNKNOWN = {"getStudent", "getCourse", "getSemester"}
# Only until the catalogue has been read for the first time.
AT_START = {"listSections", "listStudents", "listCourses", "listSemesters",
            "streamSections", "inspectSection"}
# While the observer is being started.
WATCHERS = {"listActors", "restartActor", "restartSection"}


class failing_stores(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.server.run("import", *self.server.flags,
                        "--sections", SAMPLE / "example.csv",
                        "--students", SAMPLE / "students.csv")
        self.server.start()
        self.contract = fetched(self.server.port)
        self.client = described_client(self.contract, self.server.port)

    def ask(self, what):
        sent = example_message(self.contract, what, optional=False)
        if what.id in SQL_IF_UNKNOWN:
            sent.target = what.template.replace("{id}", NOWHERE)
        return self.client.ask(what, sent)

    def operation(self, name):
        return next(x for x in self.contract.operations if x.id == name)

    def documented(self, code):
        return {x.id for x in self.contract.operations
                if (503, code) in x.codes()}

    def assert_refused(self, names, code):
        """All at once, until each is: what is down is noticed after a while."""
        def is_refused(name):
            got = self.ask(self.operation(name))
            return (got.status, got.code) == (503, code)

        def await_refusal(name):
            wait_until(f"{name} {code}", lambda: is_refused(name))

        with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(await_refusal, names))

    def test_are_named_for_exactly_the_operations_that_need_them(self):
        self.assertEqual(self.documented("dependency_unavailable"),
                         LEDGER | SQL | SQL_IF_UNKNOWN | AT_START
                         | WATCHERS | OF_A_CLUSTER)
        self.assertEqual(self.documented("ledger_lost"), LEDGER)
        self.assertEqual(self.documented("ledger_behind"),
                         LEDGER - OF_STUDENTS)

    def test_are_told_while_redis_does_not_answer(self):
        with production.frozen_redis():
            self.assert_refused(LEDGER, "dependency_unavailable")

    def test_leave_reads_that_say_so_while_redis_does_not_answer(self):
        what = self.operation("getSection")
        self.assertEqual(self.ask(what).status, 200)
        with production.frozen_redis():
            wait_until("a stale section", lambda:
                       self.ask(what).json.get("stale") is True)

    def test_are_told_while_sql_does_not_answer(self):
        with production.frozen_postgres():
            self.assert_refused(SQL | SQL_IF_UNKNOWN, "dependency_unavailable")

    def test_are_told_when_the_ledger_is_lost(self):
        self.server.stores.ask_redis("FLUSHALL")
        self.assert_refused(LEDGER, "ledger_lost")

    def test_are_told_when_the_ledger_lost_writes(self):
        what = self.operation("registerSections")
        self.assertEqual(self.ask(what).json["summary"]["enrolled"], 1)
        section = example_message(self.contract, what).json["section_ids"][0]
        # SQL must have what the ledger forgets.
        self.assertEqual(self.server.stop(), 0)
        redis = self.server.stores.ask_redis
        redis("HSET", redis("KEYS", f"{{p*}}:roster:{section}"),
              "counts", "0 1 0")
        self.server.start()
        self.assert_refused(LEDGER - OF_STUDENTS, "ledger_behind")


if __name__ == "__main__":
    unittest.main()
