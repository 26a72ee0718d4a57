"""What the tests of `registrar top` share: a service that says what they want,
and a terminal before it."""

import os
import subprocess
import time
import unittest

from canned_service import canned_service
from screen import PATIENCE_S, terminal

BINARY = os.environ["REGISTRAR_BINARY"]


def run(*arguments, **environment):
    done = subprocess.run(
        [BINARY, "top", *map(str, arguments)], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=PATIENCE_S,
        env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


class top_case(unittest.TestCase):
    def setUp(self):
        self.service = canned_service()
        self.addCleanup(self.service.close)

    def open(self, *flags, lines=24, columns=80, **environment):
        shown = terminal(
            [BINARY, "top", "--url", self.service.url, "--interval", "0.5",
             *flags], lines, columns, **environment)
        self.addCleanup(shown.close)
        return shown

    def opened(self, *flags, **more):
        shown = self.open(*flags, **more)
        shown.wait_for_text("q quit")
        return shown

    def names(self, lines):
        """Of the table's rows, as far as they are seen."""
        begin = next(i for i, x in enumerate(lines) if x.startswith("NAME"))
        return [x.split("  ")[0] for x in lines[begin + 1:-2] if x]

    def wait_for_first(self, shown, name):
        shown.wait_for(f"{name} on top", lambda lines: any(
            x.startswith("NAME") for x in lines)
            and self.names(lines)[:1] == [name])

    def wait_for_asked(self, shown, name, value):
        shown.wait_for(f"a question for {name} {value}", lambda _: any(
            query.get(name) == value for _, query in self.service.asked))

    def wait_for_silence(self, shown, seconds):
        """Until nothing was asked for so long."""
        asked, since = None, 0

        def is_silent(_):
            nonlocal asked, since
            now = time.monotonic()
            if asked != len(self.service.asked):
                asked, since = len(self.service.asked), now
            return now - since >= seconds
        shown.wait_for(f"{seconds} s without a question", is_silent)
