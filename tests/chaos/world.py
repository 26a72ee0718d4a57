"""Production stores of a test's own, to be killed, frozen and put back; and the
service on them, each store behind a gate of its own."""

import pathlib
import shutil
import subprocess
import tempfile
import time

import gate
import production
from own_stores import COULD_NOT_RUN, own_stores
from served import PATIENCE_S, served, wait_until


class gated_stores(production.stores):
    """The service goes through the gates, the test beside them."""

    def __init__(self, redis, postgres, gates):
        super().__init__(
            redis.environment["REGISTRAR_TEST_REDIS"],
            postgres.environment["REGISTRAR_TEST_POSTGRES"])
        self.ports = {redis.port: gates["redis"].port,
                      postgres.port: gates["postgres"].port}

    @property
    def direct_flags(self):
        return super().flags

    @property
    def flags(self):
        def behind_gate(url):
            for port, through in self.ports.items():
                url = url.replace(f":{port}/", f":{through}/")
            return url
        return ["--redis", behind_gate(self.redis),
                "--postgres", behind_gate(self.postgres)]


class world(own_stores):
    """Redis, PostgreSQL, a gate to each, and a server."""

    def __init__(self, **redis_settings):
        super().__init__(**redis_settings)
        self.gates = {}
        self.server = None
        self.is_starting = False
        # Times that a start found a store that could not be used.
        self.starts_refused = 0

    def fill(self, whole):
        for name, store in (("redis", self.redis),
                            ("postgres", self.postgres)):
            self.gates[name] = gate.Gate(("127.0.0.1", store.port))
            whole.callback(self.gates[name].close)
        self.stores = gated_stores(self.redis, self.postgres, self.gates)
        self.server = self.another_server()
        whole.push(self.server)

    def another_server(self):
        """On the same stores, under an address of its own."""
        place = pathlib.Path(tempfile.mkdtemp(dir=self.directory))
        return served(place, self.stores)

    # -- the server -----------------------------------------------------------

    def start(self):
        """Where it is known that the server does not run. Another fault may
        last, so nobody waits until it is ready."""
        self.is_starting = True
        self.server.start(wait=False)

    def await_start(self):
        """As a supervisor of processes would: a start that found a store
        unusable (exit code 2) is tried again. Only a start is: a server that
        was ready has to stay."""
        server = self.server
        deadline = time.monotonic() + PATIENCE_S
        while self.is_starting:
            wait_until("a server that is ready or gone",
                       lambda: server.process.poll() is not None
                       or server.is_ready())
            if server.process.poll() is None:
                self.is_starting = False
                continue
            code = server.process.returncode
            assert code == COULD_NOT_RUN, \
                f"a start ended with {code}: {server.last_words()}"
            assert time.monotonic() < deadline, server.last_words()
            self.starts_refused += 1
            self.start()
        self.expect_running()

    def expect_running(self):
        code = self.server.process.poll()
        assert code is None, \
            f"the server ended with {code}: {self.server.last_words()}"

    # -- copies of what a store has on disk -----------------------------------

    def keep_redis(self):
        """A copy of the append-only files, of a running Redis: they are on disk
        before it answers."""
        return self._keep(self.redis.directory / "appendonlydir")

    def put_redis_back(self, copy):
        """In a Redis that is not running."""
        self._put_back(copy, self.redis.directory / "appendonlydir")

    def empty_redis(self):
        shutil.rmtree(self.redis.directory / "appendonlydir")

    def keep_postgres(self):
        """Of a PostgreSQL that is not running."""
        return self._keep(self.postgres.data)

    def put_postgres_back(self, copy):
        self._put_back(copy, self.postgres.data)

    def _keep(self, what):
        copy = pathlib.Path(tempfile.mkdtemp(dir=self.directory)) / what.name
        # Owners too, which Python's copies leave behind.
        subprocess.run(["cp", "-a", str(what), str(copy)], check=True)
        return copy

    @staticmethod
    def _put_back(copy, where):
        shutil.rmtree(where)
        subprocess.run(["cp", "-a", str(copy), str(where)], check=True)
