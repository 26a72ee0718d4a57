#!/usr/bin/env python3
"""`registrar top` on a pseudo-terminal, before a service that says what the
test wants: the screen, the keys, and a service that goes."""

import sys
import unittest

from top_case import top_case


class the_screen(top_case):
    def test_has_all_figures_in_80_columns_and_24_lines(self):
        lines = self.opened().wait_for_text("CSE 7 A00")
        text = "\n".join(lines)
        self.assertEqual(len(lines), 24)
        for part in ["registrar top  north  0.1.0", "ready",
                     "enrolled 1,234", "rejected 3.0", "p50 1.2 ms",
                     "p99 8.0 ms", "in flight 3", "SQL lacks 12 of 1,000,000",
                     "oldest 120 ms", "CPU 12 %", "ledger ok", "sql ok",
                     "north 127.0.0.1:8080 64 partitions", "33 of 33",
                     "by messages, highest first", "stuck 1", "running 32",
                     "MSG/S▼", "STATE", "BUSY", "DEPTH", "WAIT", "RESTARTS"]:
            self.assertIn(part, text)
        self.assertEqual(self.names(lines)[:2],
                         ["CSE 7 A00", "ledger-worker/0"])

    def test_shows_more_where_there_is_room(self):
        lines = self.opened(lines=40, columns=120).wait_for_text("CSE 7 A00")
        self.assertEqual(len(lines), 40)
        self.assertIn("streams 2", "\n".join(lines))
        self.assertIn("section/789e0123-e45b-67c8-d901-000000000007",
                      "\n".join(lines))
        self.assertGreater(len(self.names(lines)), 20)

    def test_follows_the_terminal_when_it_is_resized(self):
        shown = self.opened()
        for size in [(40, 120), (12, 50), (24, 80)]:
            shown.resize(*size)
            lines = shown.wait_for(
                "the last line", lambda text: text[-1].startswith("q quit"))
            self.assertLessEqual(max(map(len, lines)), size[1])
            shown.wait_for_text("CSE 7 A00")

    def test_says_what_is_in_the_way_of_being_ready(self):
        self.service.overview["ready"] = False
        self.service.overview["dependencies"][1].update(
            ready=False, detail="PostgreSQL does not answer.")
        lines = self.opened(columns=100).screen.text
        self.assertIn("NOT READY: sql (PostgreSQL does not answer.)", lines[1])
        self.assertIn("sql DOWN", "\n".join(lines))

    def test_uses_colours_unless_they_are_unwanted(self):
        coloured = self.opened()
        coloured.wait_for_text("stuck")
        self.assertTrue(coloured.screen.colours_used)
        plain = self.opened(NO_COLOR="1")
        plain.wait_for_text("stuck")
        self.assertEqual(plain.screen.colours_used, set())

    def test_is_ascii_where_the_locale_knows_no_more(self):
        self.service.actors[6 + 3]["label"] = "Café 7"
        shown = self.opened(LC_ALL="C")
        lines = shown.wait_for_text("Caf? 7")
        self.assertTrue("\n".join(lines).isascii())
        self.assertIn("MSG/Sv", "\n".join(lines))


class the_keys(top_case):
    def test_sort_and_reverse(self):
        shown = self.opened()
        self.wait_for_first(shown, "CSE 7 A00")
        shown.press("s")
        shown.wait_for_text("by busy, highest first")
        self.wait_for_first(shown, "CSE 7 A00")
        shown.press("sss")
        shown.wait_for_text("by restarts, highest first")
        self.wait_for_first(shown, "CSE 5 A00")
        shown.press("s")
        shown.wait_for_text("by name, lowest first")
        self.wait_for_first(shown, "CSE 1 A00")
        shown.press("r")
        self.wait_for_first(shown, "observer")
        shown.press("s")
        self.wait_for_first(shown, "CSE 3 A00")
        shown.press("S")
        shown.wait_for_text("by name, lowest first")
        self.wait_for_asked(shown, "sort", "name")

    def test_filter_while_it_is_typed(self):
        shown = self.opened()
        shown.press("/")
        shown.wait_for_text("filter: _")
        shown.press("cSe 1x")
        shown.wait_for_text("No actor matches.")
        shown.press("\x7f")
        shown.wait_for_text("filter: cSe 1_")
        shown.wait_for_text("CSE 1 A00")
        shown.wait_without_text("CSE 7 A00")
        shown.press("\r")
        shown.wait_without_text("filter: ")
        shown.wait_for_text('filter "cSe 1"')
        # What was being typed is given up, what was accepted stays.
        shown.press("/9é")
        self.wait_for_asked(shown, "filter", "cSe 19é")
        shown.press("\x1b")
        shown.wait_for_text('filter "cSe 1"')
        shown.wait_for_text("q quit")
        shown.press("\x1b")
        shown.wait_for_text("CSE 7 A00")

    def test_hide_the_system_and_show_it_again(self):
        shown = self.opened()
        shown.wait_for_text("ledger-worker/0")
        shown.press("h")
        shown.wait_without_text("ledger-worker/0")
        shown.wait_for_text("only sections")
        shown.press("h")
        shown.wait_for_text("ledger-worker/0")

    def test_walk_through_the_table_and_tell_more_of_a_row(self):
        shown = self.opened("--sort", "restarts", columns=120)
        shown.wait_for_text("restarted at 08:00:00: the roof fell in")
        shown.press("S" * 4)
        self.wait_for_first(shown, "CSE 7 A00")
        shown.press("\x1bOB")
        shown.wait_for_text("Redis does not answer.; queue 17")
        shown.press("\x1b[6~\x1b[6~")
        shown.wait_without_text("CSE 7 A00")
        shown.press("\x1bOF")
        shown.wait_for_text("observer")
        shown.press("\x1bOA\x1b[5~\x1bOH")
        self.wait_for_first(shown, "CSE 7 A00")

    def test_show_journal_acts_and_help(self):
        shown = self.opened(columns=100)
        shown.press("j")
        shown.wait_for_text("database-sync/0")
        lines = shown.wait_for_text("17 north")
        begin = next(i for i, x in enumerate(lines) if "PARTITION" in x)
        # One without an owner, then the one that lags.
        self.assertIn("LOST", lines[begin + 1])
        self.assertEqual(lines[begin + 2].split()[:2], ["17", "north"])
        shown.wait_for_text("degraded")
        shown.wait_for_text("deadlock detected")
        shown.press("\x1bOF")
        shown.wait_for_text("63 north")
        shown.press("o")
        lines = shown.wait_for_text("a leak in the hall")
        self.assertTrue(any(x.startswith("pending") for x in lines))
        shown.wait_for_text("Not in the audit log yet: CSE 7 A00: "
                            "a larger hall; 30 to 45")
        shown.press("?")
        shown.wait_for_text("Any key goes back.")
        shown.press("x")
        shown.wait_for_text("a leak in the hall")
        shown.press("a")
        shown.wait_for_text("CSE 7 A00  section")

    def test_pause_asks_nothing_and_goes_on(self):
        shown = self.opened()
        shown.press("p")
        shown.wait_for_text("PAUSED")
        # A look that was under way may end.
        self.wait_for_silence(shown, 1.5)
        self.service.overview["in_flight"] = 4321
        shown.press("p")
        shown.wait_for_text("in flight 4,321")

    def test_work_while_the_service_is_slow(self):
        shown = self.opened()
        shown.wait_for_text("CSE 7 A00")
        self.service.gate.clear()
        shown.read(1)
        shown.press("?")
        shown.wait_for_text("Any key goes back.")
        shown.press("x")
        shown.wait_for_text("NO ANSWER since")
        shown.press("q")
        self.assertEqual(shown.wait_ended(), 0)
        self.assertTrue(shown.is_restored())


class a_service_that_goes(top_case):
    def test_is_said_so_with_old_figures_until_it_comes_back(self):
        shown = self.opened(columns=120)
        shown.wait_for_text("CSE 7 A00")
        self.service.stop()

        def check(lines):
            self.assertRegex(
                lines[1], r"NO ANSWER since \d\d:\d\d:\d\d \(.*\); "
                          r"below is what was at \d\d:\d\d:\d\d$")
            self.assertIn(f"The server at {self.service.url} ", lines[2])
            self.assertIn("enrolled 1,234", lines[3])
            self.assertIn("dim", shown.screen.looks[3][0])
        shown.wait_to_pass(check)
        # What is there can still be looked through.
        shown.press("sss")
        shown.press("s")
        self.wait_for_first(shown, "CSE 5 A00")
        self.service.overview["in_flight"] = 4321
        self.service.start()
        shown.wait_for_text("in flight 4,321")
        shown.wait_without_text("NO ANSWER")

    def test_a_table_that_is_not_answered_is_named(self):
        path = "/api/v1/ops/journal"
        self.service.refused[path] = (
            503, {"code": "dependency_unavailable",
                  "detail": "The journal does not answer."})
        shown = self.opened(columns=120)
        shown.press("j")
        shown.wait_for_text("NO NEWER ANSWER The server answered 503 to "
                            + path + ": The journal does not answer.")
        self.service.refused.clear()
        shown.wait_for_text("database-sync/0")

    def test_a_token_that_was_good_is_made_again(self):
        shown = self.opened(REGISTRAR_TOKEN="sesame")
        self.service.refused_once = [401]
        shown.wait_for("the refusal", lambda _: not self.service.refused_once)
        asked = len(self.service.asked)
        shown.wait_for("more", lambda _: len(self.service.asked) > asked + 4)
        self.assertEqual(set(self.service.tokens), {"Bearer sesame"})
        self.assertNotIn("NO ANSWER", "\n".join(shown.screen.text))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
