"""A real `registrar serve` in a temporary directory, and a client for it.

On the embedded stores, or on the production stores where a test runs beside
them (production.py)."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import production

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "servers"))

from free_port import free_port  # noqa: E402

BINARY = (os.environ.get("REGISTRAR_BINARY")
          or str(pathlib.Path(__file__).resolve().parents[2]
                 / "build/release/bin/registrar"))
# Longest wait for anything that must happen; reached only on failure.
PATIENCE_S = 60
URL_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def section_id(semester, course, number):
    return str(uuid.uuid5(URL_NAMESPACE,
                          f"registrar:section:{semester}:{course}:{number}"))


def student_id(number):
    return str(uuid.uuid5(URL_NAMESPACE,
                          f"registrar:student:S{number:07d}"))


def wait_until(what, condition, patience_s=PATIENCE_S):
    """Polls until `condition` is true; fails with `what` at the deadline."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited {patience_s} s in vain for: {what}")


class answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def is_replay(self):
        return self.headers.get("idempotency-replayed") == "true"


class client:
    """One keep-alive connection; reconnects after an error."""

    def __init__(self, port, timeout_s=10):
        self.port = port
        self.timeout_s = timeout_s
        self.connection = None

    def ask(self, method, path, body=None, headers=None):
        """The answer, or OSError / HTTPException where there was none."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=self.timeout_s)
        sent = {} if body is None else {"Content-Type": "application/json"}
        sent.update(headers or {})
        try:
            self.connection.request(
                method, path, None if body is None else json.dumps(body), sent)
            got = self.connection.getresponse()
            text = got.read().decode()
            return answer(got.status,
                          {k.lower(): v for k, v in got.getheaders()}, text)
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class served:
    """Owns a data directory, or production stores, and at most one server
    process on them."""

    # What starts the server.
    launcher = []

    def __init__(self, directory=None, stores=None):
        self.holder = None
        if directory is None:
            self.holder = tempfile.TemporaryDirectory(prefix="registrar-")
            directory = self.holder.name
        self.directory = pathlib.Path(directory)
        self.data = self.directory / "data"
        self.log = self.directory / "server.log"
        self.port = free_port()
        self.process = None
        if stores is None and production.is_given():
            stores = production.stores()
        self.stores = stores
        self.flags = (["--data-dir", str(self.data)] if stores is None
                      else stores.flags)

    def run(self, *arguments, check=True):
        done = subprocess.run([BINARY, *map(str, arguments)],
                              capture_output=True, text=True,
                              timeout=PATIENCE_S)
        if check and done.returncode != 0:
            raise AssertionError(
                f"registrar {arguments[0]} ended with {done.returncode}: "
                f"{done.stdout}{done.stderr}")
        return done

    def import_sections(self, rows, students):
        """rows: (course, number, seats); semester `test`."""
        path = self.directory / "sections.csv"
        lines = ["semester,course_code,course_name,section_number,"
                 "total_seats,meetings"]
        lines += [f"test,{course},{course},{number},{seats},"
                  for course, number, seats in rows]
        path.write_text("\n".join(lines) + "\n")
        self.run("import", *self.flags, "--sections", path,
                 "--students-synthetic", students)
        return [section_id("test", course, number)
                for course, number, _ in rows]

    def start(self, *flags, wait=True, log_level="warn"):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.launcher, BINARY, "serve", "--listen", f"127.0.0.1:{self.port}",
                 *self.flags, "--log-level", log_level, *flags],
                stdout=log, stderr=log)
        if wait:
            self.wait_ready()
        return self

    def is_ready(self):
        asking = client(self.port, timeout_s=2)
        try:
            return asking.ask("GET", "/ready").status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def is_ready_or_fails(self):
        if self.process.poll() is not None:
            raise AssertionError(
                f"the server ended with {self.process.returncode}: "
                f"{self.last_words()}")
        return self.is_ready()

    def wait_ready(self):
        wait_until("a ready server", self.is_ready_or_fails)

    def last_words(self):
        return self.log.read_text()[-2000:] if self.log.exists() else ""

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ask_to_stop(self):
        self.process.send_signal(signal.SIGTERM)

    def wait_ended(self):
        """Returns the exit code."""
        return self.process.wait(timeout=PATIENCE_S)

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.ask_to_stop()
        return self.wait_ended()

    def verify(self):
        return self.run("verify", *self.flags, check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.holder is not None:
            self.holder.cleanup()
