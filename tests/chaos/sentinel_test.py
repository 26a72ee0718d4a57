"""Redis replicas and sentinels: the primary is killed, frozen, cut off from its
replicas, under load; nothing acknowledged is lost and the service heals by
itself.

A primary, two replicas and three sentinels, a replica's confirmation wanted
for every answer. Beside PostgreSQL (tests/servers/run_with.py postgres).
REGISTRAR_SEED repeats the random choices of the load.
"""

import os
import pathlib
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS / "servers"))

import production
import sentinel_cluster
from crash_test import (SEED, STUDENTS_OF_CLIENT, check_everything, load,
                        shared_state)
from served import client, served, student_id, wait_until

CLIENTS = 4
SEATS = [3, 5, 8, 30]
REPLICAS = 2
# Acknowledgements that show that the service works.
ALIVE = 40
# A request's deadline, and what a machine that does much else may add.
DEADLINE_S = 2 + 3


class replicated(production.stores):
    def __init__(self, cluster):
        super().__init__(
            redis=f"redis://127.0.0.1:{cluster.primary().port}/0")
        # Where nobody is: only the sentinels know.
        self.redis = "redis://127.0.0.1:1/0"


class trial:
    def __init__(self, server, cluster, capacities):
        self.server = server
        self.cluster = cluster
        self.capacities = capacities
        self.shared = shared_state()
        self.probes = 0
        self.clients = [load(i, server.port, list(capacities), self.shared)
                        for i in range(CLIENTS)]
        for each in self.clients:
            each.start()
        self.shared.gate.set()

    def say(self, what):
        print(f"{what}; {self.shared.history.acknowledged} acknowledged",
              flush=True)

    def wait_until(self, what, condition):
        wait_until(what, lambda: condition() or self.shared.ended.is_set())
        self.raise_errors()

    def raise_errors(self):
        for each in self.clients:
            if each.error:
                raise each.error

    def await_work(self):
        before = self.shared.history.acknowledged
        self.wait_until("acknowledgements", lambda:
                        self.shared.history.acknowledged >= before + ALIVE)

    def await_other_primary(self, than):
        self.wait_until("another primary", lambda:
                        self.cluster.primary() not in (None, than))
        return self.cluster.primary()

    def await_replicas(self, count):
        self.wait_until(f"{count} replicas", lambda:
                        self.cluster.count_replicas(self.cluster.primary())
                        == count)

    def expect_refusals(self):
        """No answer but 503 while too few have what would be answered."""
        self.refused = []
        self.expect_refusal()
        before = self.shared.history.acknowledged
        self.expect_refusal()
        self.expect_refusal()
        assert self.shared.history.acknowledged == before, \
            "acknowledged without a replica"

    def expect_refusal(self):
        """A student nobody else registers."""
        self.probes += 1
        began = time.monotonic()
        got = self.probe(self.probes)
        took = time.monotonic() - began
        assert took < DEADLINE_S, f"answered {got.status} after {took:.1f} s"
        assert got.status == 503, \
            f"acknowledged without a replica: {got.status} {got.body}"
        assert "retry-after" in got.headers, got.body
        self.refused.append(self.probes)

    def ask_refused_again(self):
        for number in self.refused:
            wait_until("an answer to what was refused",
                       lambda n=number: self.probe(n).status == 200)

    def probe(self, number):
        student = student_id(CLIENTS * STUDENTS_OF_CLIENT + number)
        asking = client(self.server.port)
        got = asking.ask("POST", "/api/v1/register",
                         {"student_id": student,
                          "section_ids": [next(iter(self.capacities))]},
                         {"Idempotency-Key": f"probe-{number}"})
        asking.close()
        if got.status == 200:
            with self.shared.lock:
                for result in got.json["results"]:
                    self.shared.history.note(student, result)
        return got

    def check(self):
        """All that was acknowledged, and only that, is there."""
        assert self.server.process.poll() is None, "the server ended"
        check_everything(self.server, self.shared, self.capacities)
        self.raise_errors()

    # -- what happens ---------------------------------------------------------

    def kill_primary(self):
        self.await_work()
        killed = self.cluster.primary()
        killed.kill()
        new = self.await_other_primary(killed)
        self.await_work()
        self.check()
        killed.settings["replicaof"] = f"127.0.0.1 {new.port}"
        killed.start_again()
        self.await_replicas(REPLICAS)
        self.say("a killed primary was replaced")

    def stop_replicas(self):
        self.await_work()
        primary = self.cluster.primary()
        replicas = [x for x in self.cluster.members if x is not primary]
        for each in replicas:
            each.freeze()
        self.expect_refusals()
        for each in replicas:
            each.thaw()
        self.await_work()
        self.ask_refused_again()
        self.check()
        assert self.cluster.primary() is primary
        self.say("replicas were stopped and came back")

    def kill_primary_ahead_of_replicas(self):
        """What only the primary had is gone; nobody was told of it."""
        self.await_work()
        killed = self.cluster.primary()
        replicas = [x for x in self.cluster.members if x is not killed]
        for each in replicas:
            each.freeze()
        self.expect_refusals()
        killed.kill()
        for each in replicas:
            each.thaw()
        self.await_other_primary(killed)
        self.await_work()
        self.ask_refused_again()
        self.check()
        self.say("a primary died with what only it had")

    def freeze_primary(self):
        """It is replaced by the last one, which nobody confirms until the
        former comes back, is told, and follows."""
        self.await_work()
        frozen = self.cluster.primary()
        frozen.freeze()
        self.await_other_primary(frozen)
        self.expect_refusals()
        frozen.thaw()
        self.await_work()
        self.ask_refused_again()
        self.check()
        self.say("a frozen primary was replaced and came back")

    def end(self):
        self.shared.ended.set()
        self.shared.gate.set()
        for each in self.clients:
            each.join(60)


def verify(server):
    done = server.verify()
    assert done.returncode == 0, f"verify says {done.stdout}{done.stderr}"


def run(directory):
    cluster = sentinel_cluster.Cluster(replicas=REPLICAS)
    try:
        cluster.start(directory)
        os.environ["REGISTRAR_REDIS_SENTINELS"] = cluster.places
        with served(stores=replicated(cluster)) as server:
            ids = server.import_sections(
                [(f"SENTINEL {i}", "A00", seats)
                 for i, seats in enumerate(SEATS)],
                CLIENTS * STUDENTS_OF_CLIENT + 100)
            server.start()
            under_test = trial(server, cluster, dict(zip(ids, SEATS)))
            try:
                under_test.kill_primary()
                verify(server)
                under_test.stop_replicas()
                under_test.kill_primary_ahead_of_replicas()
                verify(server)
                under_test.freeze_primary()
                verify(server)
            except BaseException:
                print(server.log.read_text()[-6000:], file=sys.stderr)
                raise
            finally:
                under_test.end()
            assert server.stop() == 0
            verify(server)
    finally:
        cluster.stop()


def main():
    print(f"seed {SEED}", flush=True)
    with tempfile.TemporaryDirectory(prefix="registrar-") as directory:
        run(directory)
    print("passed")


if __name__ == "__main__":
    sys.exit(main())
