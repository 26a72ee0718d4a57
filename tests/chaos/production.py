"""The production stores of a test: the Redis and the PostgreSQL that
tests/servers/run_with.py started, emptied for whoever asks."""

import contextlib
import itertools
import os
import pathlib
import signal
import subprocess

REDIS = os.environ.get("REGISTRAR_TEST_REDIS")
POSTGRES = os.environ.get("REGISTRAR_TEST_POSTGRES")
PATIENCE_S = 60
numbers = itertools.count(1)


def is_given():
    return bool(REDIS and POSTGRES)


def say(command):
    done = subprocess.run(command, capture_output=True, text=True,
                          timeout=PATIENCE_S)
    if done.returncode != 0:
        raise OSError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout.rstrip("\n")


def processes_in(directory):
    """Ids of those that work in the directory."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == directory:
                found.append(int(process.name))
    return found


@contextlib.contextmanager
def frozen(pids):
    """Stops the processes, which keep their connections, until the end."""
    stopped = pids()
    assert stopped, "there is nothing to freeze"
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def frozen_postgres():
    data = pathlib.Path(os.environ["REGISTRAR_TEST_POSTGRES_DIRECTORY"]) / "data"
    return frozen(lambda: processes_in(data))


def frozen_redis():
    info = say(["redis-cli", "-u", REDIS, "info", "server"])
    pid, = [x.split(":")[1] for x in info.split() if x.startswith("process_id")]
    return frozen(lambda: [int(pid)])


class stores:
    """An empty Redis and a new database."""

    def __init__(self, redis=None, postgres=None):
        self.redis = redis or REDIS
        server = postgres or POSTGRES
        self.ask_redis("FLUSHALL")
        name = f"registrar_{os.getpid()}_{next(numbers)}"
        say(["psql", "-qd", server, "-c", f"create database {name}"])
        self.postgres = server.rsplit("/", 1)[0] + "/" + name

    @property
    def flags(self):
        return ["--redis", self.redis, "--postgres", self.postgres]

    def ask_redis(self, *words):
        return say(["redis-cli", "-u", self.redis, *map(str, words)])

    def ask_sql(self, statement):
        """Rows as lines, columns with | between."""
        return say(["psql", "-qAtd", self.postgres, "-v", "ON_ERROR_STOP=1",
                    "-c", statement])
