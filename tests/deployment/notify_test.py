"""What the service tells systemd, and when it keeps silent."""

import os
import pathlib
import tempfile
import unittest
import unittest.mock

import places  # finds the modules below
import postgres_server
import production
import redis_server
from frozen_threads import frozen, may_freeze, threads
from manager import Manager
from served import client, served

WATCHDOG_S = 4
NO_TRACE = "this process may not trace others"


class a_service_under_systemd(unittest.TestCase):
    def manage(self, server, *flags):
        self.manager = Manager(WATCHDOG_S)
        self.addCleanup(self.manager.stop)
        self.addCleanup(server.__exit__)
        with unittest.mock.patch.dict(os.environ, self.manager.environment):
            server.start(*flags, wait=False)
        return server

    def serve(self):
        server = served()
        server.import_sections([("NOTIFY 1", "A00", 3)], 3)
        return self.manage(server)

    def is_ready(self, server):
        asking = client(server.port)
        try:
            return asking.ask("GET", "/ready").status == 200
        finally:
            asking.close()

    def ready(self, server):
        said = self.manager.until(lambda x: "READY" in x)
        self.assertEqual(said["READY"], "1")
        return said

    def beat(self):
        return self.manager.until(lambda x: x.get("WATCHDOG") == "1")

    def test_is_called_ready_when_it_is(self):
        server = self.serve()
        said = self.ready(server)
        self.assertTrue(self.is_ready(server))
        self.assertEqual(said["STATUS"],
                         f"Serves on http://127.0.0.1:{server.port}")

    def test_gives_signs_of_life_until_it_stops(self):
        server = self.serve()
        self.ready(server)
        for _ in range(3):
            self.beat()
        server.process.terminate()
        self.assertEqual(self.manager.until(
            lambda x: "STOPPING" in x)["STOPPING"], "1")
        self.assertEqual(server.process.wait(60), 0)
        self.assertIsNone(self.manager.next(0))

    def starved_by(self, server, ids):
        self.assertTrue(ids)
        self.beat()
        with frozen(ids):
            self.assertTrue(self.manager.would_kill())
        self.beat()
        self.assertTrue(self.is_ready(server))

    @unittest.skipUnless(may_freeze(), NO_TRACE)
    def test_gives_none_while_its_actors_hang(self):
        server = self.serve()
        self.ready(server)
        self.starved_by(server, threads(server.process.pid, "caf.multiplexer"))

    @unittest.skipUnless(may_freeze(), NO_TRACE)
    def test_gives_none_while_its_http_threads_hang(self):
        server = self.serve()
        self.ready(server)
        ids = threads(server.process.pid, "registrar", "epoll") \
            or threads(server.process.pid, "registrar", "ep_poll")
        if not ids:
            self.skipTest("this kernel does not say where threads wait")
        self.starved_by(server, ids)

    def test_is_not_ready_without_stores_and_says_nothing(self):
        server = self.manage(
            served(stores=unittest.mock.Mock(
                flags=["--redis", "redis://127.0.0.1:1/0", "--postgres",
                       "postgresql://registrar@127.0.0.1:1/registrar"])))
        self.assertEqual(server.process.wait(90), 2)
        self.assertIsNone(self.manager.next(0))


class a_service_whose_redis_fails(a_service_under_systemd):
    """Also all of the above, on the production stores."""

    def setUp(self):
        self.redis = self.start(redis_server.Server())
        self.postgres = self.start(postgres_server.Server())

    def start(self, server):
        place = tempfile.TemporaryDirectory(prefix="registrar-")
        self.addCleanup(place.cleanup)
        folder = pathlib.Path(place.name) / "server"
        folder.mkdir()
        self.addCleanup(server.stop)
        server.start(folder)
        return server

    def serve(self):
        server = served(stores=production.stores(
            self.redis.environment["REGISTRAR_TEST_REDIS"],
            self.postgres.environment["REGISTRAR_TEST_POSTGRES"]))
        server.import_sections([("NOTIFY 1", "A00", 3)], 3)
        return self.manage(server)

    def test_goes_on_with_signs_of_life(self):
        server = self.serve()
        self.ready(server)
        self.redis.freeze()
        self.assertIn("ledger", self.manager.until(
            lambda x: "not ready" in x.get("STATUS", ""))["STATUS"])
        for _ in range(3):
            said = self.manager.next(WATCHDOG_S)
            self.assertIsNotNone(said, "the watchdog would have killed it")
            self.assertEqual(said.get("WATCHDOG"), "1")
        self.assertIsNone(server.process.poll())
        self.redis.thaw()
        # Until then it may still say what is wrong in other words.
        self.manager.until(
            lambda x: "STATUS" in x and "not ready" not in x["STATUS"])


if __name__ == "__main__":
    unittest.main()
