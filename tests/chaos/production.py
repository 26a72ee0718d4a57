"""The production stores of a test: the Redis and the PostgreSQL that
tests/servers/run_with.py started, emptied for whoever asks."""

import itertools
import os
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
