"""One server decides on a ledger: a second is refused, a dead one is replaced,
and one that was frozen while another took over decides nothing any more."""

import contextlib
import threading
import unittest

from served import free_port, student_id, wait_until
from world_case import world_case

# Servers hold a ledger for so long without renewing (config/limits.hpp).
LEASE_S = 6


class two_servers(world_case):
    def setUp(self):
        super().setUp()
        self.other = self.here.another_server()
        self.addCleanup(self.other.__exit__)
        self.server.start()
        self.register_some(10)

    def lease_ends_ms(self):
        return int(self.stores.ask_redis("HGET", "{p00}:lease", "until"))

    def redis_now_ms(self):
        seconds, microseconds = self.stores.ask_redis("TIME").splitlines()
        return int(seconds) * 1000 + int(microseconds) // 1000

    def be_served_by_the_other(self):
        """From here on the helpers ask it."""
        self.former, self.server = self.server, self.other

    def test_a_second_one_is_refused(self):
        holder = f":{self.server.port}"
        self.assert_cannot_start("holds this ledger", holder,
                                 server=self.other)
        self.assert_cannot_start("holds this ledger", holder,
                                 server=self.other, flags=["--node", "other"])
        self.register_some(5)
        self.check_all()

    def test_a_killed_one_comes_back_at_once_under_its_address(self):
        for _ in range(3):
            self.register_some(3)
            self.server.kill()
            lease_ends = self.lease_ends_ms()
            self.server.start()
            self.assertLess(self.redis_now_ms(), lease_ends,
                            "it waited for the end of its own lease")
        self.register_some(3)
        self.check_all()

    def test_another_waits_for_the_lease_of_a_killed_one(self):
        self.server.kill()
        lease_ends = self.lease_ends_ms()
        self.other.start("--node", "other")
        self.assertGreaterEqual(self.redis_now_ms(), lease_ends)
        self.be_served_by_the_other()
        self.register_some(5)
        self.check_all()

    def test_another_need_not_wait_after_an_orderly_stop(self):
        self.assertEqual(self.server.stop(), 0)
        self.assertLessEqual(self.lease_ends_ms(), self.redis_now_ms())
        self.other.start("--node", "other")
        self.be_served_by_the_other()
        self.register_some(5)
        self.check_all()

    # -- servers that share a ledger ------------------------------------------

    def cluster_flags(self):
        return ["--node", "joins", "--cluster-listen",
                f"127.0.0.1:{free_port()}"]

    @contextlib.contextmanager
    def live_node(self, name, protocol):
        """What a node says of itself, again and again (storage/redis/
        cluster_registry.hpp)."""
        is_over = threading.Event()

        def beat():
            now = self.redis_now_ms()
            self.stores.ask_redis(
                "HSET", "cluster:nodes", name,
                f"run-of-{name} 1 {now} {now + 2200} {protocol} 0 "
                "127.0.0.1:18080 127.0.0.1:19080")

        def go_on():
            while not is_over.wait(0.1):
                beat()

        beat()
        beating = threading.Thread(target=go_on)
        beating.start()
        try:
            yield
        finally:
            is_over.set()
            beating.join()

    def test_a_node_is_refused_by_one_that_is_alone(self):
        self.assert_cannot_start(
            f":{self.server.port} holds this ledger alone",
            f"serves on http://127.0.0.1:{self.server.port}",
            "start it with --cluster-listen too", server=self.other,
            flags=self.cluster_flags())
        self.register_some(5)
        self.check_all()

    def test_one_that_is_alone_is_refused_by_a_node_that_holds_nothing(self):
        self.assertEqual(self.server.stop(), 0)
        with self.live_node("n2", 1):
            self.assert_cannot_start(
                "The node n2 of a cluster shares this ledger",
                "with --cluster-listen too", server=self.other)
        # It is gone.
        self.other.start()
        self.be_served_by_the_other()
        self.register_some(5)
        self.check_all()

    def test_a_node_is_refused_where_it_cannot_talk_to_another(self):
        self.assertEqual(self.server.stop(), 0)
        with self.live_node("n2", 99):
            self.assert_cannot_start(
                "The node n2 speaks version 99 of the cluster's protocol",
                "upgrade one step at a time", server=self.other,
                flags=self.cluster_flags())

    # -- frozen ---------------------------------------------------------------

    def take_over_from_a_frozen_one(self):
        self.server.freeze()
        self.other.start("--node", "other")
        self.be_served_by_the_other()
        self.register_some(10)
        self.now_known = self.sequences()

    def check_former(self):
        """What it answers, again and again over a lease's time."""
        answers = []
        deadline = self.redis_now_ms() + LEASE_S * 1000
        number = self.next + 1
        while self.redis_now_ms() < deadline:
            number += 1
            for got in (
                    self.register(number, server=self.former),
                    self.register(1, self.sections[0], server=self.former),
                    self.ask("POST", "/api/v1/drop", {
                        "student_id": student_id(1),
                        "section_ids": self.sections}, server=self.former),
                    self.ask("PATCH", f"/api/v1/sections/{self.sections[0]}",
                             {"total_seats": 9}, server=self.former)):
                self.assertEqual(got.status, 503, got.body)
                self.assertIn("retry-after", got.headers)
            for section in self.sections:
                got = self.ask("GET", f"/api/v1/sections/{section}",
                               server=self.former)
                self.assertIn(got.status, (200, 503), got.body)
                if got.status == 200:
                    self.assertIs(got.json.get("stale"), True, got.body)
            answers.append(self.ask("GET", "/ready",
                                    server=self.former).status)
        self.assertEqual(set(answers), {503})
        self.assertIsNone(self.former.process.poll())
        self.assertEqual(self.sequences(), self.now_known,
                         "the former owner decided something")

    def test_a_frozen_one_decides_nothing_after_another_took_over(self):
        self.take_over_from_a_frozen_one()
        self.former.thaw()
        self.check_former()
        self.register_some(5)
        self.assertEqual(self.former.stop(), 0, self.former.last_words())
        self.register_some(5)
        self.check_all()

    def test_sql_refuses_what_a_frozen_one_had_still_to_write(self):
        self.await_sql()
        self.here.postgres.freeze()
        self.register_some(10)
        self.server.freeze()
        self.here.postgres.thaw()
        self.other.start("--node", "other")
        self.be_served_by_the_other()
        self.register_some(5)
        # Also what the former one had appended and not written.
        self.await_sql()
        self.now_known = self.sequences()
        self.former.thaw()
        wait_until("SQL to refuse the former owner", lambda:
                   "knows another owner" in self.former.log.read_text()
                   or "knows a later owner" in self.former.log.read_text())
        self.check_former()
        self.former.kill()
        self.check_all()

    def test_redis_refuses_what_arrives_late_from_a_former_one(self):
        """A command that was sent in time and was on its way for longer than
        the lease."""
        gate = self.here.gates["redis"]
        self.other.flags = self.stores.direct_flags
        self.next += 1
        wait_until("a command on its way",
                   lambda: self.is_on_its_way(gate, student_id(self.next)))
        self.other.start("--node", "other")
        self.be_served_by_the_other()
        self.register_some(5)
        self.now_known = self.sequences()
        self.assertTrue(any(student_id(self.next - 5).encode() in x
                            for x in gate.held()))
        gate.open()
        wait_until("it to arrive", lambda: not gate.held())
        self.check_former()
        # Nobody was told that this student came in.
        self.check_live_state()
        self.assertEqual(self.former.stop(), 0, self.former.last_words())
        self.check_all()

    def is_on_its_way(self, gate, student):
        """Without a key, so that the command itself is what is sent first."""
        gate.freeze()
        got = self.ask("POST", "/api/v1/register", {
            "student_id": student, "section_ids": self.sections})
        self.assertEqual(got.status, 503, got.body)
        if any(student.encode() in x for x in gate.held()):
            return True
        # A renewal of the lease came before it.
        gate.open()
        wait_until("the server to be ready", self.server.is_ready)
        return False

    def test_a_frozen_one_serves_again_after_the_other_has_gone(self):
        self.take_over_from_a_frozen_one()
        self.former.thaw()
        self.assertEqual(self.other.stop(), 0, self.other.last_words())
        self.server = self.former
        wait_until("the former owner to serve again", self.server.is_ready)
        self.register_some(5)
        self.check_all()


if __name__ == "__main__":
    unittest.main()
