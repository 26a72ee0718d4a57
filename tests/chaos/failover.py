"""What may befall a Redis with replicas and sentinels under load, and what must
hold of the service meanwhile: one server, or the nodes of a cluster."""

import os
import random
import sys
import time

import production
import sentinel_cluster
from served import client, student_id, wait_until
from traffic import STUDENTS, traffic

SEED = int(os.environ.get("REGISTRAR_SEED", str(random.randrange(2**32))))
# Students whom the clients leave alone.
PROBES = 100
SEATS = [3, 5, 8, 30]
REPLICAS = 2
# Acknowledgements that show that the service works.
ALIVE = 40
# Acknowledged, and then lost by all but SQL and the service.
LOST = 8
# A request's deadline, and what a machine that does much else may add.
DEADLINE_S = 2 + 3
# Exit code of a command.
COULD_NOT_RUN = 2


class replicated(production.stores):
    def __init__(self, cluster, postgres=None):
        super().__init__(
            redis=f"redis://127.0.0.1:{cluster.primary().port}/0",
            postgres=postgres)
        # Where nobody is: only the sentinels know.
        self.redis = "redis://127.0.0.1:1/0"


class trial:
    """@param port where clients ask; @param servers that answer there."""

    def __init__(self, port, servers, cluster, capacities):
        self.port = port
        self.servers = servers
        self.cluster = cluster
        self.capacities = capacities
        self.traffic = traffic(port, capacities, SEED)
        self.probes = 0
        self.traffic.start()

    def say(self, what):
        print(f"{what}; {self.traffic.acknowledged} acknowledged", flush=True)

    def wait_until(self, what, condition):
        wait_until(what, lambda: condition() or self.traffic.ended.is_set())
        self.traffic.expect_no_error()

    def await_work(self):
        self.traffic.await_acknowledgements(ALIVE, "while the service is well")

    def await_other_primary(self, than):
        self.wait_until("another primary", lambda:
                        self.cluster.primary() not in (None, than))
        return self.cluster.primary()

    def await_replicas(self, count):
        self.wait_until(f"{count} replicas", lambda:
                        self.cluster.count_replicas(self.cluster.primary())
                        == count)

    def freeze_all_but(self, member):
        others = [x for x in self.cluster.members if x is not member]
        for each in others:
            each.freeze()
        return others

    def expect_refusals(self):
        """No answer but 503 to what is sent from now on, while too few have what
        would be answered."""
        began = time.monotonic()
        self.refused = []
        for _ in range(3):
            self.expect_refusal()
        assert self.traffic.latest_sent <= began, \
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
        student = student_id(STUDENTS + number)
        asking = client(self.port)
        got = asking.ask("POST", "/api/v1/register",
                         {"student_id": student,
                          "section_ids": [next(iter(self.capacities))]},
                         {"Idempotency-Key": f"probe-{number}"})
        asking.close()
        if got.status == 200:
            with self.traffic.lock:
                for result in got.json["results"]:
                    self.traffic.history.note(student, result)
        return got

    def check(self):
        """All that was acknowledged, and only that, is there."""
        for each in self.servers:
            assert each.process.poll() is None, "a server ended"
        self.traffic.check()
        self.traffic.go_on()

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
        replicas = self.freeze_all_but(primary)
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
        replicas = self.freeze_all_but(killed)
        self.expect_refusals()
        killed.kill()
        for each in replicas:
            each.thaw()
        self.await_other_primary(killed)
        self.await_work()
        self.ask_refused_again()
        self.check()
        self.say("a primary died with what only it had")

    def promote_one_that_lags(self):
        """What it lacks was confirmed by one that dies too: SQL still has it,
        or the service does. No number is used again."""
        self.await_work()
        self.traffic.pause()
        primary = self.cluster.primary()
        keeper, lagging = [x for x in self.cluster.members
                           if x is not primary]
        lagging.freeze()
        # What is on its way to it would still arrive.
        sentinel_cluster.ask(primary.port, "CLIENT", "KILL", "TYPE", "replica")
        wait_until("only one replica to be fed", lambda:
                   self.cluster.replicas_of(primary) == [keeper.port])
        for _ in range(LOST):
            self.probes += 1
            got = self.probe(self.probes)
            assert got.status == 200, f"{got.status} {got.body}"
        primary.kill()
        keeper.kill()
        lagging.thaw()
        new = self.await_other_primary(primary)
        assert new is lagging
        for each in (primary, keeper):
            each.settings["replicaof"] = f"127.0.0.1 {new.port}"
            each.start_again()
        self.await_replicas(REPLICAS)
        self.traffic.go_on()
        self.await_work()
        self.check()
        assert any("section-restored" in x.log.read_text()
                   for x in self.servers)
        self.say("a replica that lagged was promoted")

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

    def verify(self):
        """As soon as it can: a replica that lags refuses it too."""
        said = []

        def could_run():
            said.append(self.servers[0].verify())
            return said[-1].returncode != COULD_NOT_RUN

        wait_until("verify to run", could_run)
        done = said[-1]
        assert done.returncode == 0, f"verify says {done.stdout}{done.stderr}"

    def run(self, *steps):
        """Each of them, and nothing must be wrong after it."""
        try:
            for step in steps:
                step(self)
                self.verify()
        except BaseException:
            for each in self.servers:
                print(each.log.read_text()[-6000:], file=sys.stderr)
            raise
        finally:
            self.traffic.ended.set()
        self.traffic.end()
        for each in self.servers:
            assert each.stop() == 0, each.last_words()
        self.verify()
