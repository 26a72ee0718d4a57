"""Redis and PostgreSQL with the shipped configuration under a real service."""

import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

from places import DOCKER
from free_port import free_port
import postgres_server
import private_server
import production
import redis_server
from served import BINARY, client, served, student_id

PASSWORD = "redis0password"


class stores_as_shipped(unittest.TestCase):
    def start(self, server):
        place = tempfile.TemporaryDirectory(prefix="registrar-")
        self.addCleanup(place.cleanup)
        folder = pathlib.Path(place.name) / "server"
        folder.mkdir()
        self.addCleanup(server.stop)
        server.start(folder)
        return server

    def setUp(self):
        self.redis = self.start(redis_server.Server(DOCKER / "redis.conf"))
        self.postgres = self.start(
            postgres_server.Server(config=DOCKER / "postgresql.conf"))
        self.stores = production.stores(
            self.redis.environment["REGISTRAR_TEST_REDIS"],
            self.postgres.environment["REGISTRAR_TEST_POSTGRES"])

    def settings_of_redis(self, *names):
        return {x: self.stores.ask_redis("config", "get", x).split("\n")[1]
                for x in names}

    def test_pass_the_self_check_and_serve(self):
        with served(stores=self.stores) as server:
            section, = server.import_sections([("SHIP 1", "A00", 1)], 3)
            server.start("--node", "registrar-1")
            asking = client(server.port)
            states = [asking.ask(
                "POST", "/api/v1/register",
                {"student_id": student_id(x), "section_ids": [section]}
            ).json["results"][0]["status"] for x in (1, 2)]
            asking.close()
            self.assertEqual(states, ["enrolled", "waitlisted"])
            self.assertEqual(server.stop(), 0)
            # Nothing that the service could have said is missing.
            self.assertEqual(server.verify().returncode, 0)
            # A restart under the same name goes over at once.
            server.start("--node", "registrar-1")
            self.assertNotIn("redis-can-forget", server.log.read_text())

    def test_are_what_the_service_demands(self):
        self.assertEqual(
            self.settings_of_redis("appendonly", "appendfsync",
                                   "no-appendfsync-on-rewrite",
                                   "maxmemory-policy"),
            {"appendonly": "yes", "appendfsync": "always",
             "no-appendfsync-on-rewrite": "no",
             "maxmemory-policy": "noeviction"})
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            self.assertEqual(self.stores.ask_sql(f"show {name}"), "on", name)
        self.assertEqual(self.stores.ask_sql(
            "select count(*) from pg_file_settings where error is not null "
            "and name not in ('port', 'listen_addresses')"), "0")

    def test_leave_the_service_nothing_to_write(self):
        """A read-only root: its working directory and home stay empty."""
        with tempfile.TemporaryDirectory(prefix="registrar-") as home:
            port = free_port()
            process = private_server.spawn(
                [os.path.abspath(BINARY), "serve", "--listen",
                 f"127.0.0.1:{port}", *self.stores.flags],
                cwd=home, env={**os.environ, "HOME": home},
                stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            self.addCleanup(private_server.stop, process)
            asking = client(port)
            private_server.wait_until(
                "the service", lambda: is_ready(asking, process))
            asking.close()
            process.terminate()
            self.assertEqual(process.wait(private_server.PATIENCE_S), 0)
            self.assertEqual(os.listdir(home), [])

    def test_a_redis_started_as_in_compose_asks_for_the_password(self):
        """The same shell line, with this test's place and port."""
        import yaml
        compose = yaml.safe_load((DOCKER / "compose.yml").read_text())
        line = compose["services"]["redis"]["command"][0]
        self.assertIn("/etc/redis/redis.conf", line)
        line = line.replace("$$", "$").replace(
            "/etc/redis/redis.conf", str(DOCKER / "redis.conf"))
        with tempfile.TemporaryDirectory(prefix="registrar-") as place:
            port = free_port()
            line = line.replace(
                "--dir /data", f"--dir {place} --port {port} --bind 127.0.0.1")
            process = private_server.spawn(
                ["sh", "-c", line], stdout=subprocess.DEVNULL,
                env={**os.environ, "REDISCLI_AUTH": PASSWORD})
            self.addCleanup(private_server.stop, process)
            private_server.wait_until(
                "Redis to answer", lambda: ask(port, b"PING") is not None)
            self.assertTrue(ask(port, b"PING").startswith(b"-NOAUTH"))
            self.assertEqual(ask(port, b"AUTH " + PASSWORD.encode()), b"+OK")
            # The shell has become Redis: signals reach it.
            name = pathlib.Path(f"/proc/{process.pid}/comm").read_text()
            self.assertEqual(name.strip(), "redis-server")
            arguments = pathlib.Path(f"/proc/{process.pid}/cmdline")
            self.assertNotIn(PASSWORD.encode(), arguments.read_bytes())


def is_ready(asking, process):
    if process.poll() is not None:
        raise AssertionError(f"the server ended with {process.returncode}")
    with contextlib.suppress(OSError):
        return asking.ask("GET", "/ready").status == 200
    return False


def ask(port, command):
    """The first line of Redis's answer, or None where there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.sendall(command + b"\r\n")
            return wire.recv(200).split(b"\r\n")[0]
    except OSError:
        return None


if __name__ == "__main__":
    unittest.main()
