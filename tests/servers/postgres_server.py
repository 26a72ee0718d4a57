#!/usr/bin/env python3
"""A private PostgreSQL: everything in one directory, on a free loopback port.

As a command, for tests that kill it:

    postgres_server.py kill DIRECTORY     SIGKILL, as a power cut would
    postgres_server.py start DIRECTORY    again, where it was; returns when it
                                          takes connections

DIRECTORY is REGISTRAR_TEST_POSTGRES_DIRECTORY of the environment.
"""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from free_port import free_port
from private_server import PATIENCE_S, wait_until

SOCKET_PATH_MAX = 100
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    # Killed servers are started again at once.
    "restart_after_crash": "off",
}


def binary(name):
    """Debian keeps the server's programs out of the path."""
    places = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                    key=lambda x: float(x.parent.name), reverse=True)
    found = shutil.which(name, path=os.pathsep.join(
        [*map(str, places), os.environ.get("PATH", "")]))
    if found is None:
        raise FileNotFoundError(
            f"{name} is missing; install the package postgresql")
    return found


def account():
    """Whom to be: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid,
                    "extra_groups": []}
    raise OSError("there is neither a user postgres nor nobody to run as")


def let_in(directory):
    """Lets the other account pass the temporary directories above."""
    if os.geteuid() != 0:
        return
    top = pathlib.Path(tempfile.gettempdir()).resolve()
    for place in [directory, *directory.parents]:
        if place == top or top not in place.parents:
            break
        place.chmod(place.stat().st_mode | 0o011)


class Server:
    def __init__(self, directory=None, config=None):
        """@param config a file in place of our settings and the default's."""
        self.process = None
        self.config = config
        if directory is not None:
            self.adopt(directory)

    def adopt(self, directory):
        self.directory = pathlib.Path(directory).resolve()
        self.data = self.directory / "data"
        self.log = self.directory / "postgres.log"

    def start(self, directory):
        """Makes a new database and serves it."""
        self.adopt(directory)
        let_in(self.directory)
        who = account()
        if who:
            os.chown(self.directory, who["user"], who["group"])
        made = subprocess.run(
            [binary("initdb"), "--pgdata", str(self.data), "--no-sync",
             "--auth=trust", "--username=registrar", "--encoding=UTF8",
             "--locale=C"],
            capture_output=True, text=True, cwd=self.directory, **who)
        if made.returncode != 0:
            raise OSError(f"initdb: {made.stderr.strip()}")
        sockets = str(self.directory)
        settings = dict(SETTINGS, port=str(free_port()),
                        unix_socket_directories=(
                            sockets if len(sockets) < SOCKET_PATH_MAX else ""))
        if self.config is not None:
            for name in SETTINGS.keys() - {"listen_addresses"}:
                del settings[name]
            # Beside the data: its reader is another account.
            (self.data / "postgresql.conf").write_bytes(
                self.config.read_bytes())
        with open(self.data / "postgresql.conf", "a") as conf:
            for name, value in settings.items():
                conf.write(f"{name} = '{value}'\n")
        (self.directory / "port").write_text(settings["port"])
        self.start_again()

    @property
    def port(self):
        return int((self.directory / "port").read_text())

    @property
    def environment(self):
        return {
            "REGISTRAR_TEST_POSTGRES":
                f"postgresql://registrar@127.0.0.1:{self.port}/postgres",
            "REGISTRAR_TEST_POSTGRES_DIRECTORY": str(self.directory),
        }

    def start_again(self):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    [binary("postgres"), "-D", str(self.data)],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    cwd=self.directory, start_new_session=True, **account())
            wait_until("PostgreSQL to take connections or to give up",
                       lambda: self.process.poll() is not None
                       or self.is_ready())
            if self.process.poll() is None:
                return
            # The killed server's last processes may still hold its memory.
            if time.monotonic() > deadline:
                raise OSError(f"postgres ended with {self.process.returncode}:"
                              f" {self.log.read_text()[-1000:]}")
            time.sleep(0.05)

    def is_ready(self):
        return subprocess.run(
            [binary("pg_isready"), "-q", "-h", "127.0.0.1", "-p",
             str(self.port), "-U", "registrar", "-d", "postgres"]
        ).returncode == 0

    def pid(self):
        """Of the server that serves the directory now, or None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data).encode() in command else None

    def is_gone(self, pid):
        if self.process is not None and self.process.pid == pid:
            return self.process.poll() is not None
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return True
        return state.rsplit(")", 1)[1].split()[0] == "Z"

    def end(self, number):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, number)
            wait_until("PostgreSQL to end", lambda: self.is_gone(pid))

    def kill(self):
        self.end(signal.SIGKILL)
        # Its children see that it is gone and go too. PostgreSQL's own check
        # would take a dead process that nobody has waited for as a live one.
        wait_until("PostgreSQL's last process to end", lambda: not self.users())
        for lock in (self.data / "postmaster.pid",
                     *self.directory.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    def users(self):
        """Processes at work in the data directory."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "cwd").readlink() == self.data:
                    found.append(int(process.name))
        return found

    def freeze(self):
        """All its processes; the first of them, so that no others come."""
        os.kill(self.pid(), signal.SIGSTOP)
        for pid in self.users():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.users():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def stop(self):
        """Fast shutdown: nobody needs the data any more."""
        self.thaw()
        self.end(signal.SIGINT)


if __name__ == "__main__":
    what, where = sys.argv[1:]
    {"kill": Server.kill, "start": Server.start_again}[what](Server(where))
