"""A service behind the shipped nginx is restarted under load: readiness fails
first, no acknowledged answer is lost, and every request of a client that
retries with its key succeeds."""

import collections
import http.client
import os
import random
import threading
import time
import unittest

import places  # finds the modules below
from proxy import Proxy
from served import client, served, wait_until
from traffic import STUDENTS, traffic

RESTARTS = 4
DRAIN_DELAY = "2s"
SEED = int(os.environ.get("REGISTRAR_SEED", str(random.randrange(2**32))))
SEATS = [3, 5, 8, 13, 21, 30]
NODE = ("--node", "registrar-1")
# Below this many acknowledgements a restart proves little.
ACKNOWLEDGED_MIN = 50
POLL_S = 0.02

READY, NOT_READY, GONE = "ready", "not ready", "gone"


class readiness(threading.Thread):
    """Asks for it without end, as a load balancer does, on a connection each
    time; keeps what it saw, each change once, and when."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.seen = []
        self.is_over = threading.Event()
        self.start()

    def run(self):
        while not self.is_over.wait(POLL_S):
            state = self.look()
            if not self.seen or self.seen[-1][0] != state:
                self.seen.append((state, time.monotonic()))

    def look(self):
        asking = client(self.port, timeout_s=5)
        try:
            got = asking.ask("GET", "/ready")
        except (OSError, http.client.HTTPException):
            return GONE
        finally:
            asking.close()
        if got.status == 503 and "stop" in got.json["detail"]:
            return NOT_READY
        return READY if got.status == 200 else got.body

    def end(self):
        self.is_over.set()
        self.join()


class one_effect(collections.Counter):
    """Registrations that SQL has, by student and section."""

    def __init__(self, stores):
        super().__init__(stores.ask_sql(
            "select student_id, section_id from registrations"
            " where status = 'enrolled'").splitlines())


class restart_under_load(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}", flush=True)
        os.environ["REGISTRAR_SERVER_DRAIN_DELAY"] = DRAIN_DELAY
        self.addCleanup(os.environ.pop, "REGISTRAR_SERVER_DRAIN_DELAY")
        self.server = served()
        self.addCleanup(self.server.__exit__)
        ids = self.server.import_sections(
            [(f"RESTART {i}", "A00", seats) for i, seats in enumerate(SEATS)],
            STUDENTS)
        self.server.start(*NODE)
        self.nginx = Proxy(self.server.port)
        self.addCleanup(self.nginx.stop)
        self.nginx.start()
        self.load = traffic(self.nginx.port, dict(zip(ids, SEATS)), SEED)

    def restart(self):
        load = self.load
        load.await_acknowledgements(ACKNOWLEDGED_MIN, "between two restarts")
        seen = readiness(self.server.port)
        self.addCleanup(seen.end)
        wait_until("a look at readiness", lambda: seen.seen)
        self.server.ask_to_stop()
        wait_until("readiness to fail",
                   lambda: seen.seen[-1][0] != READY)
        # Not ready and still serving.
        draining = load.acknowledged
        self.assertEqual(self.server.wait_ended(), 0,
                         self.server.last_words())
        served_while_draining = load.acknowledged - draining
        wait_until("the listener to be gone",
                   lambda: seen.seen[-1][0] == GONE)
        turned_away = load.turned_away
        wait_until("a client to be turned away",
                   lambda: load.turned_away > turned_away)
        self.server.start(*NODE)
        wait_until("readiness", lambda: seen.seen[-1][0] == READY)
        seen.end()
        self.assertEqual([x for x, _ in seen.seen][:3],
                         [READY, NOT_READY, GONE])
        self.assertGreater(served_while_draining, 0)

    def test_loses_no_answer_and_every_retried_request_succeeds(self):
        load = self.load
        load.start()
        self.addCleanup(load.end)
        for _ in range(RESTARTS):
            self.restart()
            # Whoever asks is answered, and what was told is there.
            load.check()
            load.go_on()
        load.await_acknowledgements(ACKNOWLEDGED_MIN, "after the last restart")
        rows = load.check()
        load.end()
        self.assert_verified()
        self.assertEqual(self.server.stop(), 0, self.server.last_words())
        self.assert_verified()
        if self.server.stores:
            self.assert_sql_has(rows)
        self.assertGreater(load.replays, 0)
        self.assertGreater(load.turned_away, 0)
        print(f"{RESTARTS} restarts: {load.acknowledged} acknowledged, "
              f"{load.turned_away} turned away, {load.in_doubt} in doubt, "
              f"{load.replays} replays", flush=True)

    def assert_verified(self):
        found = self.server.verify()
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def assert_sql_has(self, rows):
        """Each place once."""
        in_sql = one_effect(self.server.stores)
        self.assertEqual(in_sql, collections.Counter(
            f"{x['student_id']}|{section}"
            for section, (roster, _) in rows.items() for x in roster))


if __name__ == "__main__":
    unittest.main()
