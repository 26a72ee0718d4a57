"""A full disk and a failing fsync under a running server.

`strace` lets the server's own calls fail: writes with ENOSPC, fdatasync with
EIO. While they fail nothing new is acknowledged; afterwards the same server
heals without a restart, and all that was acknowledged is there, also after a
kill. Exits 77 (skipped) where processes may not be traced.
"""

import http.client
import subprocess
import sys
import unittest

from history import history
from served import client, served, student_id, wait_until

SEATS = 40
STUDENTS = 400
FAULTS = {
    "a full disk": ["pwrite64", "ENOSPC"],
    "a failing fsync": ["fdatasync", "EIO"],
}


class failing_calls:
    """Lets one call of a process fail for one file while it is entered."""

    def __init__(self, pid, call, error, paths):
        filters = [x for path in paths for x in ("-P", str(path))]
        self.command = ["strace", "-f", "-p", str(pid), "-o", "/dev/null",
                        *filters, "-e", f"trace={call}",
                        "-e", f"inject={call}:error={error}"]

    def __enter__(self):
        self.strace = subprocess.Popen(
            self.command, stderr=subprocess.PIPE, text=True)
        line = self.strace.stderr.readline()
        assert "attached" in line, line
        return self

    def __exit__(self, *_):
        self.strace.terminate()
        self.strace.communicate()


def may_trace():
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        with failing_calls(sleeper.pid, "pwrite64", "ENOSPC", []):
            return True
    except (AssertionError, FileNotFoundError):
        return False
    finally:
        sleeper.kill()
        sleeper.wait()


class a_server_whose_disk_fails(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.section, = self.server.import_sections(
            [("DISK 1", "A00", SEATS)], STUDENTS)
        self.server.start()
        self.client = client(self.server.port)
        self.history = history()
        self.next = 0

    def tearDown(self):
        self.client.close()
        self.server.__exit__()

    def register(self, number):
        return self.client.ask(
            "POST", "/api/v1/register",
            {"student_id": student_id(number), "section_ids": [self.section]},
            {"Idempotency-Key": f"key-{number}"})

    def note(self, number, got):
        for result in got.json["results"]:
            self.history.note(student_id(number), result)

    def register_some(self, count):
        for _ in range(count):
            self.next += 1
            got = self.register(self.next)
            self.assertEqual(got.status, 200, got.body)
            self.note(self.next, got)

    def healed(self, number):
        try:
            got = self.register(number)
        except (OSError, http.client.HTTPException):
            return False
        if got.status != 200:
            return False
        self.note(number, got)
        return True

    def check_all(self):
        states = {}
        for of in ("roster", "waitlist"):
            got = self.client.ask(
                "GET", f"/api/v1/sections/{self.section}/{of}")
            self.assertEqual(got.status, 200, got.body)
            states[of] = [x["student_id"] for x in got.json[of]]
        found = list(self.history.violations(
            {self.section: (states["roster"], states["waitlist"])},
            {self.section: SEATS}))
        self.assertEqual(found, [])

    def journal_files(self):
        return [self.server.data / ("journal.db" + x) for x in ("", "-wal")]

    def sql_files(self):
        return [self.server.data / ("registrar.db" + x) for x in ("", "-wal")]

    def check_after_a_kill(self):
        self.server.kill()
        self.client.close()
        verified = self.server.verify()
        self.assertEqual(verified.returncode, 0,
                         verified.stdout + verified.stderr)
        self.server.start()
        self.check_all()

    def journal_fails(self, call, error):
        self.register_some(20)
        refused = []
        with failing_calls(self.server.process.pid, call, error,
                           self.journal_files()):
            for _ in range(6):
                self.next += 1
                got = self.register(self.next)
                self.assertEqual(got.status, 503, got.body)
                self.assertIn("retry-after", got.headers)
                refused.append(self.next)
            self.assertEqual(self.client.ask("GET", "/live").status, 200)
        for number in refused:
            wait_until("the server to heal", lambda n=number: self.healed(n))
        self.register_some(20)
        self.check_all()
        self.check_after_a_kill()

    def test_acknowledges_nothing_on_a_full_disk_and_heals(self):
        self.journal_fails(*FAULTS["a full disk"])

    def test_acknowledges_nothing_when_fsync_fails_and_heals(self):
        self.journal_fails(*FAULTS["a failing fsync"])

    def sql_fails(self, call, error):
        """SQL down: registration goes on, and SQL catches up."""
        self.register_some(5)
        with failing_calls(self.server.process.pid, call, error,
                           self.sql_files()):
            self.register_some(30)
            self.check_all()
        self.register_some(5)
        self.assertEqual(self.server.stop(), 0)
        self.client.close()
        verified = self.server.verify()
        self.assertEqual(verified.returncode, 0,
                         verified.stdout + verified.stderr)
        self.server.start()
        self.check_all()

    def test_goes_on_while_sql_has_no_space_and_catches_up(self):
        self.sql_fails(*FAULTS["a full disk"])

    def test_goes_on_while_sql_cannot_sync_and_catches_up(self):
        self.sql_fails(*FAULTS["a failing fsync"])


if __name__ == "__main__":
    if not may_trace():
        print("skipped: this process may not trace others (strace)")
        sys.exit(77)
    unittest.main()
