#!/usr/bin/env python3
"""What a user is told: exit codes, one sentence, no trace of a crash."""

import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.environ["REGISTRAR_BINARY"]
PATIENCE_S = 60


def run(*arguments, **environment):
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True,
        timeout=PATIENCE_S, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


class command_test(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="registrar-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.data = self.folder / "data"

    def refused(self, *arguments, **environment):
        """The one sentence of a command that could not run."""
        code, out, err = run(*arguments, **environment)
        self.assertEqual(code, 2, err)
        self.assertEqual(out, "")
        last = err.strip().splitlines()[-1]
        self.assertTrue(last.startswith("registrar: "), err)
        return last

    def serve(self, *flags):
        """A running server and the URL it says."""
        process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--data-dir",
             str(self.data), *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()

        self.addCleanup(end)
        line = process.stdout.readline()
        self.assertIn("http://127.0.0.1:", line)
        return process, line.split("http://")[1].split()[0]

    def made(self):
        """A data directory that was served once."""
        process, _ = self.serve()
        process.terminate()
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0)


class usage(command_test):
    def test_help_shows_examples_first(self):
        for command in ["", "serve", "import", "rehearse", "verify", "migrate",
                        "config", "token", "top", "cluster"]:
            code, out, _ = run(*command.split(), "--help")
            self.assertEqual(code, 0)
            self.assertLess(out.index("Examples:"), out.index("Usage:"))
            self.assertIn("registrar " + command, out)

    def test_version_is_one_line(self):
        code, out, _ = run("--version")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"^registrar \d+\.\d+\.\d+\n$")

    def test_wrong_usage_is_named(self):
        self.assertIn("serv", self.refused("serv"))
        self.assertIn("--colour", self.refused("--colour"))
        self.assertIn("--colour", self.refused("serve", "--colour"))
        self.assertIn("extra", self.refused("config", "check", "extra"))
        self.refused()
        self.refused("config")
        self.assertIn("--shape", self.refused("rehearse"))
        self.assertIn("storm", self.refused("rehearse", "--shape", "storm"))

    def test_all_faults_of_a_configuration_come_at_once(self):
        file = self.folder / "site.toml"
        file.write_text("[server]\nlissten = 1\nio_threads = 0\n")
        code, _, err = run("config", "check", "--config", file,
                           "--log-level", "loud",
                           REGISTRAR_IDEMPOTENCY_KEY_TTL="1s")
        self.assertEqual(code, 2)
        for part in [f"{file}:2: ", "did you mean listen?", f"{file}:3: ",
                     "REGISTRAR_IDEMPOTENCY_KEY_TTL: ", "--log-level: "]:
            self.assertIn(part, err)

    def test_what_is_not_there_is_said_with_what_to_change(self):
        stores = ["--redis", "redis://127.0.0.1:1/0", "--postgres",
                  "postgresql://127.0.0.1:1/x"]
        self.assertIn("give the right --redis", self.refused("verify", *stores))
        self.assertIn("give the right --postgres",
                      self.refused("dead-letters", "list", *stores))
        self.assertIn("--data-dir", self.refused(
            "dead-letters", "list", "--data-dir", self.data))
        self.made()
        self.assertIn("is it running", self.refused(
            "verify", "--data-dir", self.data, "--url", "http://127.0.0.1:1"))

    def test_one_production_store_without_the_other_is_refused(self):
        for flags, missing in ((["--redis", "redis://127.0.0.1:1/0"],
                                "postgres.url: is missing"),
                               (["--postgres", "postgresql://127.0.0.1:1/x"],
                                "redis.url: is missing")):
            for command in (["serve"], ["verify"], ["migrate"],
                            ["rebuild-ledger"], ["dead-letters", "list"],
                            ["import", "--students-synthetic", "1"]):
                code, out, err = run(*command, *flags)
                self.assertEqual((code, out), (2, ""), err)
                self.assertIn(missing, err)

    def test_what_config_shows_can_be_given_back(self):
        _, shown, _ = run("config", "show", "--data-dir", "here")
        file = self.folder / "site.toml"
        file.write_text(shown)
        code, again, _ = run("config", "show", "--config", file)
        self.assertEqual(code, 0)
        values = [[x for x in text.splitlines() if not x.startswith("#")]
                  for text in (shown, again)]
        self.assertEqual(*values)


class node_of_a_cluster(command_test):
    """Refused before any store is asked."""

    stores = ["--redis", "redis://127.0.0.1:1/0", "--postgres",
              "postgresql://127.0.0.1:1/none"]

    def faults(self, *arguments):
        """Of the configuration, a line each."""
        code, _, err = run(*arguments)
        self.assertEqual(code, 2, err)
        return err

    def files(self, **given):
        """Flags in a file, which is for what has no flag."""
        path = self.folder / "registrar.toml"
        path.write_text("[cluster]\n" + "".join(
            f'{name} = "{file}"\n' for name, file in given.items()))
        return ["--config", path, "--cluster-listen", "127.0.0.1:9090",
                *self.stores]

    def pair(self, name):
        """A certificate that has signed itself, and its key."""
        certificate, key = (self.folder / f"{name}.{x}" for x in ("pem", "key"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", f"/CN={name}", "-keyout", key, "-out", certificate],
            check=True, capture_output=True, timeout=PATIENCE_S)
        return certificate, key

    def test_needs_stores_that_can_be_shared(self):
        self.assertIn(
            "The embedded stores serve one process; a cluster needs --redis "
            "and --postgres.",
            self.faults("serve", "--cluster-listen", "127.0.0.1:9090"))

    def test_needs_certificates_beyond_loopback(self):
        self.assertIn("give cluster.ca_file, cluster.certificate_file and "
                      "cluster.key_file", self.faults(
                          "serve", *self.stores, "--cluster-listen",
                          "10.0.0.1:9090"))

    def test_needs_an_address_that_others_can_reach(self):
        for wrong in ("9090", "0.0.0.0:9090", "127.0.0.1:0"):
            self.assertIn("--cluster-listen: cluster.listen: give HOST:PORT",
                          self.faults("serve", *self.stores,
                                      "--cluster-listen", wrong))

    def test_names_the_file_that_is_no_use(self):
        certificate, key = self.pair("n1")
        _, other_key = self.pair("n2")
        text = self.folder / "text"
        text.write_text("no PEM\n")
        nowhere = self.folder / "nowhere"
        good = {"ca_file": certificate, "certificate_file": certificate,
                "key_file": key}
        for name in good:
            for file, words in ((nowhere, "cannot be read"),
                                (self.folder, "cannot be read"),
                                (text, "in PEM")):
                said = self.refused("serve", *self.files(**{**good,
                                                            name: file}))
                self.assertIn(f"cluster.{name}: {file} ", said)
                self.assertIn(words, said)
        said = self.refused("serve", *self.files(**{**good,
                                                    "key_file": other_key}))
        self.assertIn(f"belongs to {certificate}", said)
        # With all of them in order the stores are next.
        self.assertIn("--postgres", self.refused("serve", *self.files(**good)))


class serving(command_test):
    def test_a_signal_stops_it_in_order(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process, _ = self.serve()
            process.send_signal(number)
            self.assertEqual(process.wait(timeout=PATIENCE_S), 0)
        # One file each: a copy of the directory is a whole backup.
        self.assertEqual([x.name for x in self.data.glob("*.db-*")], [])

    def test_a_second_signal_ends_it_at_once(self):
        process, where = self.serve()
        host, port = where.split(":")
        with socket.create_connection((host, int(port))) as slow:
            # A request under way holds the stop up.
            slow.sendall(b"POST /api/v1/register HTTP/1.1\r\nHost: x\r\n"
                         b"Content-Type: application/json\r\n"
                         b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
            self.assertIn(b"100", slow.recv(100))
            process.terminate()
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=PATIENCE_S), 130)

    def test_a_directory_in_use_names_who_uses_it(self):
        process, where = self.serve()
        for command in (["serve", "--listen", "127.0.0.1:0"],
                        ["import", "--students-synthetic", "1"]):
            said = self.refused(*command, "--data-dir", self.data)
            self.assertIn(str(process.pid), said)
            self.assertIn(where, said)

    def test_a_port_in_use_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            said = self.refused("serve", "--listen", f"127.0.0.1:{port}",
                                "--data-dir", self.data)
        self.assertIn(str(port), said)

    def test_other_addresses_are_refused_without_authentication(self):
        said = self.refused("serve", "--listen", "0.0.0.0:0", "--data-dir",
                            self.data)
        self.assertIn("loopback", said)
        self.assertFalse(self.data.exists())

    def test_a_directory_that_cannot_be_made_is_named(self):
        self.data.write_text("a file")
        self.assertIn(str(self.data),
                      self.refused("serve", "--data-dir", self.data))

    def test_a_newer_schema_is_refused(self):
        self.made()
        for name in ("journal.db", "registrar.db"):
            path = self.data / name
            with sqlite3.connect(path) as db:
                before, = db.execute("PRAGMA user_version").fetchone()
                db.execute("PRAGMA user_version = 999")
            said = self.refused("serve", "--listen", "127.0.0.1:0",
                                "--data-dir", self.data)
            self.assertIn(name, said)
            self.assertIn("999", said)
            self.assertEqual(said, self.refused("verify", "--data-dir",
                                                self.data))
            with sqlite3.connect(path) as db:
                db.execute(f"PRAGMA user_version = {before}")

    def test_a_file_that_is_no_database_is_named(self):
        self.made()
        for name in ("journal.db", "registrar.db"):
            path = self.data / name
            kept = path.read_bytes()
            for rest in self.data.glob(name + "-*"):
                rest.unlink()
            path.write_bytes(b"this is no database" * 300)
            self.assertIn(name, self.refused("serve", "--listen",
                                             "127.0.0.1:0", "--data-dir",
                                             self.data))
            path.write_bytes(kept)

    def test_it_logs_for_programs(self):
        process, _ = self.serve("--json")
        process.terminate()
        process.wait(timeout=PATIENCE_S)
        lines = process.stderr.read().splitlines()
        self.assertTrue(lines)
        for line in lines:
            self.assertLessEqual({"at", "level", "event", "text"},
                                 set(json.loads(line)))


class rehearsing(command_test):
    def test_an_interrupt_leaves_nothing_behind(self):
        place = self.folder / "tmp"
        place.mkdir()
        process = subprocess.Popen(
            [BINARY, "rehearse", "--shape", "homework", "--rate", "100"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(place)})
        end = time.monotonic() + PATIENCE_S
        while not list(place.glob("*/data/registrar.lock")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=PATIENCE_S), 2)
        self.assertEqual(list(place.iterdir()), [])

    def test_a_place_without_server_is_named(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.assertIn(url[7:], self.refused("rehearse", "--shape",
                                            "drop-storm", "--url", url))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
