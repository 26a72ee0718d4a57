"""The README's tour for client authors: every command as it is printed, in this
order, against a service that wants tokens."""

import os
import pathlib
import shlex
import subprocess
import tempfile
import unittest

import places  # finds the modules below
from served import BINARY, client, free_port, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRINTED = "127.0.0.1:8080"
# What `./run` does once it has built.
RUN = """#!/bin/sh
exec {binary} serve --listen {listen} --data-dir data
"""


def blocks_of(title):
    """The commands of a section, those that stand together as one text."""
    text = (ROOT / "README.md").read_text()
    section = text.split(f"\n## {title}\n")[1].split("\n## ")[0]
    blocks, block = [], []
    for line in section.split("\n") + ["end"]:
        if line.startswith("    "):
            block.append(line[4:])
        elif block:
            blocks.append("\n".join(block) + "\n")
            block = []
    return blocks


class tour(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory(prefix="registrar-")
        self.addCleanup(held.cleanup)
        self.here = pathlib.Path(held.name)
        self.port = free_port()
        self.listen = f"127.0.0.1:{self.port}"
        run = self.here / "run"
        run.write_text(RUN.format(binary=shlex.quote(BINARY),
                                  listen=self.listen))
        run.chmod(0o755)
        where = self.here / "build/release/bin"
        where.mkdir(parents=True)
        (where / "registrar").symlink_to(BINARY)
        sample = ROOT / "cli/sample"
        subprocess.run(
            [BINARY, "import", "--data-dir", self.here / "data",
             "--sections", sample / "example.csv",
             "--students", sample / "students.csv"],
            check=True, capture_output=True, timeout=60)

    def start_first_terminal(self, block):
        process = subprocess.Popen(
            ["bash", "-ec", block.replace("./run", "exec ./run")],
            cwd=self.here, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=self.environment())
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.terminate)

        def is_ready():
            self.assertIsNone(process.poll(), "the service ended")
            asking = client(self.port)
            try:
                return asking.ask("GET", "/ready").status == 200
            except OSError:
                return False
            finally:
                asking.close()

        wait_until("a service that is ready", is_ready)

    def environment(self):
        return {k: v for k, v in os.environ.items()
                if not k.startswith("REGISTRAR_")}

    def in_second_terminal(self, blocks):
        """What each block printed."""
        mark = "---- next"
        script = f"\necho; echo {shlex.quote(mark)}\n".join(blocks)
        done = subprocess.run(["bash", "-c", script], cwd=self.here,
                              env=self.environment(), text=True, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        printed = done.stdout.split(mark)
        self.assertEqual(len(printed), len(blocks), done.stdout)
        return printed

    @staticmethod
    def body_in(printed):
        return printed.split("\n\n", 1)[1].strip()

    def test_works_as_printed(self):
        blocks = [x.replace(PRINTED, self.listen)
                  for x in blocks_of("A tour for client authors")]
        self.start_first_terminal(blocks[0])
        found, registered, again, followed, refused, dropped = (
            self.in_second_terminal(blocks[1:]))
        self.assertIn('"sections":[{', found)
        self.assertIn("HTTP/1.1 200", registered)
        self.assertIn('"status":"enrolled"', registered)
        self.assertNotIn("Idempotency-Replayed", registered)
        self.assertIn("Idempotency-Replayed: true", again)
        self.assertEqual(self.body_in(again), self.body_in(registered))
        self.assertIn("event: registrations", followed)
        self.assertIn("event: section\n", followed)
        self.assertIn('"status":"enrolled"', followed)
        self.assertIn("HTTP/1.1 403", refused)
        self.assertIn('"code":"forbidden"', refused)
        self.assertIn('"status":"dropped"', dropped)


if __name__ == "__main__":
    unittest.main()
