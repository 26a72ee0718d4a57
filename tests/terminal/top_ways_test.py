#!/usr/bin/env python3
"""`registrar top`: every way out of the screen, what is odd, and what it prints
where there is no terminal."""

import json
import os
import signal
import sys
import unittest

from canned_service import actor, section
from screen import PATIENCE_S
from top_case import run, top_case


class every_way_out(top_case):
    def test_restores_the_terminal(self):
        ways = [(lambda x, n=number: x.signal(n), 0)
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                               signal.SIGQUIT)]
        ways += [(lambda x: x.press("q"), 0), (lambda x: x.press("\x03"), 0),
                 (lambda x: x.press("?q"), 0)]
        for number in (signal.SIGABRT, signal.SIGSEGV):
            ways.append((lambda x, n=number: x.signal(n), -number))
        for leave, code in ways:
            shown = self.opened()
            self.assertFalse(shown.is_restored())
            leave(shown)
            self.assertEqual(shown.wait_ended(), code)
            self.assertTrue(shown.is_restored())

    def test_is_taken_when_the_terminal_goes(self):
        shown = self.opened()
        os.close(shown.master)
        shown.master = os.open("/dev/null", os.O_RDWR)
        self.assertEqual(shown.process.wait(timeout=PATIENCE_S), 0)

    def test_a_terminal_that_nobody_knows_is_named(self):
        shown = self.open(TERM="bamboo")
        self.assertEqual(shown.wait_ended(), 2)
        self.assertIn(b"TERM=bamboo", shown.process.stderr.read())


class odd_things(top_case):
    def test_steer_no_terminal_and_break_no_line(self):
        evil = "\x1b[2J\x1b]0;gotcha\x07\r\n\u202e"
        self.service.actors = [
            section(1, restarts=None, depth=None),
            actor("x" * 300), actor("講義の" * 60, state="講義"), actor(evil),
            actor("e\u0301" * 100), {"name": 7, "state": None}, {}, None, 3]
        self.service.overview["node"]["name"] = evil
        self.service.journal = {"workers": [None, {"figures": []}],
                                "partitions": 3}
        self.service.acts = {"acts": [{"reason": evil, "at": "yesterday"}]}
        shown = self.opened()
        shown.wait_for_text("CSE 1 A00")
        shown.wait_for_text("講義")
        for keys in ("j", "o", "a"):
            shown.press(keys)
            shown.read(0.3)
        shown.wait_for_text("?[2J?]0;gotcha?")
        self.assertEqual(len(shown.screen.text), 24)

    def test_nothing_known_is_shown_as_such(self):
        for empty in ({}, {"rates": None, "latency": None, "nodes": [{}],
                           "dependencies": [{}]}):
            self.service.overview = empty
            self.service.actors = []
            shown = self.opened()
            shown.wait_for_text("No actor matches.")
            self.assertIn("p50 -", "\n".join(shown.screen.text))

    def test_a_tiny_terminal_holds_what_it_can(self):
        for lines, columns in [(1, 1), (2, 10), (5, 20), (8, 30), (12, 40)]:
            shown = self.open(lines=lines, columns=columns)
            shown.wait_for("anything",
                           lambda text: any(x.strip() for x in text))
            shown.press("jo?x/a\x1ba")
            shown.read(0.5)
            shown.press("q")
            self.assertEqual(shown.wait_ended(), 0)
            self.assertTrue(shown.is_restored())


class without_a_terminal(top_case):
    def test_one_picture_is_printed(self):
        for flags in ([], ["--once"]):
            code, out, err = run("--url", self.service.url, "--interval",
                                 "0.5", *flags)
            self.assertEqual((code, err), (0, ""))
            self.assertNotIn("\x1b", out)
            lines = out.splitlines()
            self.assertTrue(lines[0].startswith("registrar top"))
            self.assertLessEqual(max(map(len, lines)), 100)
            self.assertEqual(len(self.names(lines + ["", ""])), 20)
            self.assertEqual(self.names(lines)[0], "CSE 7 A00")

    def test_flags_choose_what_is_in_it(self):
        code, out, _ = run("--url", self.service.url, "--interval", "0.5",
                           "--sort", "name", "--filter", "cse 1", "--kind",
                           "section", "--limit", "3", "--once")
        self.assertEqual(code, 0)
        self.assertEqual(self.names(out.splitlines() + ["", ""]),
                         ["CSE 1 A00", "CSE 10 A00", "CSE 11 A00"])
        path, query = self.service.asked[-1]
        self.assertEqual(query, {"sort": "name", "order": "asc", "limit": "3",
                                 "kind": "section", "filter": "cse 1"})

    def test_documents_are_printed_as_they_came(self):
        code, out, err = run("--url", self.service.url, "--interval", "0.5",
                             "--json")
        self.assertEqual((code, err), (0, ""))
        printed = json.loads(out)
        self.assertEqual(printed["overview"], self.service.overview)
        self.assertEqual(len(printed["actors"]["actors"]), 20)
        # Two looks, so that there are rates.
        paths = [path for path, _ in self.service.asked]
        self.assertEqual(paths.count("/api/v1/ops/overview"), 2)

    def refused(self, *flags):
        code, out, err = run(*flags)
        self.assertEqual((code, out), (2, ""))
        self.assertTrue(err.startswith("registrar: "), err)
        self.assertEqual(err.count("\n"), 1)
        return err

    def test_what_cannot_be_shown_is_said_in_a_sentence(self):
        url = ["--url", self.service.url]
        refused = self.service.refused
        refused["/api/v1/ops/overview"] = (403, {"detail": "Operators only."})
        self.assertIn("403 to /api/v1/ops/overview: Operators only.",
                      self.refused(*url))
        refused["/api/v1/ops/overview"] = (401, {})
        self.assertIn("with the role operator", self.refused(*url))
        refused["/api/v1/ops/overview"] = (404, "none")
        self.assertIn("of another version", self.refused(*url))
        refused["/api/v1/ops/overview"] = (200, "[")
        self.assertIn("no JSON", self.refused(*url))
        refused.clear()
        refused["/api/v1/ops/actors"] = (503, {"detail": "Not now."})
        self.assertIn("Not now.", self.refused(*url))
        self.assertIn("is it running",
                      self.refused("--url", "http://127.0.0.1:1"))
        self.service.gate.clear()
        self.assertIn("did not answer", self.refused(*url))
        self.service.gate.set()
        for flags, part in ((["--sort", "colour"], "--sort"),
                            (["--interval", "0"], "--interval"),
                            (["--limit", "501"], "--limit"),
                            (["--filter", "x" * 101], "--filter"),
                            (["--kind", "x"], "--kind")):
            self.assertIn(part, self.refused(*url, *flags))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
