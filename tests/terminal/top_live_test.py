#!/usr/bin/env python3
"""`registrar top` before the real service: what happens there is seen, also
that it died and came back."""

import json
import pathlib
import sys
import threading
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))

import served  # noqa: E402
from screen import terminal  # noqa: E402


class students:
    """Register and drop, one after the other, until they are told to end."""

    def __init__(self, port, section):
        self.port, self.section = port, section
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        asking = served.client(self.port)
        number = 0
        while not self.over.is_set():
            number = number % 50 + 1
            for path in ("register", "drop"):
                asking.ask("POST", f"/api/v1/{path}",
                           {"student_id": served.student_id(number),
                            "section_ids": [self.section]})
        asking.close()

    def end(self):
        self.over.set()
        self.thread.join()


class a_live_service(unittest.TestCase):
    def setUp(self):
        self.service = served.served()
        self.addCleanup(self.service.__exit__)
        self.hot, _ = self.service.import_sections(
            [("HOT", "001", 30), ("COLD", "002", 30)], 50)
        self.service.start()

    def opened(self, *flags, lines=40, columns=120):
        # Found by its stores.
        shown = terminal([served.BINARY, "top", *self.service.flags, *flags],
                         lines, columns)
        self.addCleanup(shown.close)
        shown.wait_for_text("q quit")
        return shown

    def test_is_seen_as_it_works_dies_and_comes_back(self):
        shown = self.opened()
        crowd = students(self.service.port, self.hot)
        self.addCleanup(crowd.end)
        hot = f"section/{self.hot}"
        shown.wait_for("the section with its rate", lambda lines: any(
            hot in x and x.split()[-5] not in ("0", "-") for x in lines))
        shown.wait_for("registrations", lambda lines: any(
            "enrolled " in x and "enrolled 0 " not in x
            and "enrolled - " not in x for x in lines))
        shown.wait_for("latency", lambda lines: any(
            "p99 " in x and "p99 - " not in x for x in lines))
        shown.press("/hot\r")
        shown.wait_for_text('filter "hot"')
        shown.wait_without_text("ledger-worker")
        shown.wait_for_text(hot)
        shown.press("\x1bh")
        shown.wait_for_text("only sections")
        crowd.end()
        self.service.kill()
        lines = shown.wait_for_text("NO ANSWER since ")
        self.assertIn(hot, "\n".join(lines))
        shown.press("h")
        self.service.start()
        shown.wait_without_text("NO ANSWER since ")
        shown.wait_for_text("ready")
        shown.wait_for_text("section-supervisor")
        shown.press("q")
        self.assertEqual(shown.wait_ended(), 0)
        self.assertTrue(shown.is_restored())

    def test_journal_and_acts_are_there(self):
        shown = self.opened()
        shown.press("j")
        shown.wait_for_text("database-sync/0")
        shown.wait_for_text("PARTITION")
        shown.press("o")
        shown.wait_for_text("Nobody has acted yet.")
        asking = served.client(self.service.port)
        self.addCleanup(asking.close)
        answer = asking.ask(
            "POST", f"/api/v1/ops/sections/{self.hot}/freeze",
            {"reason": "a leak in the hall"})
        self.assertEqual(answer.status, 200, answer.body)
        shown.wait_for_text("a leak in the hall")
        shown.wait_for_text("section frozen")

    def test_one_picture_has_rates_and_every_figure(self):
        crowd = students(self.service.port, self.hot)
        self.addCleanup(crowd.end)
        served.wait_until("a registration", lambda: json.loads(
            self.service.run("top", *self.service.flags, "--json").stdout)
            ["overview"]["rates"]["registrations"]["enrolled"] > 0)
        out = self.service.run("top", *self.service.flags, "--once").stdout
        self.assertIn(f"HOT 001  section/{self.hot}"[:40], out)
        # But for what nobody has done in the time, all is known.
        for line in out.splitlines()[2:8]:
            self.assertNotIn(" -", line)

    def test_without_a_service_it_says_so(self):
        self.service.stop()
        done = self.service.run("top", *self.service.flags, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("No server is running on these stores", done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
