"""Breaks the nodes of a cluster and what is between them again and again under
load (P7): no wrong answer, nothing acknowledged is lost, and what a lost node
owned is owned elsewhere in time.

Three nodes behind the shipped nginx, each with a gate on its way to Redis and
one on its way to each other node. REGISTRAR_FAULTS sets how many faults (24),
REGISTRAR_SEED the random choices. At the end all nodes are restarted one after
the other, and not one request of a client fails.
"""

import collections
import os
import random
import sys
import time

from chaos_test import (assert_sql_equals, assert_verified, await_sql,
                        check_at_rest)
from cluster_faults import kinds
from cluster_world import PARTITIONS, cluster, owned_by
from traffic import STUDENTS, traffic

FAULTS = int(os.environ.get("REGISTRAR_FAULTS", "24"))
SEED = int(os.environ.get("REGISTRAR_SEED", str(random.randrange(2**32))))
SEATS = [1, 3, 5, 8, 13, 21, 30, 60]
ALIVE = 40
CHECK_EVERY = 6
PATIENCE_S = 60
# DESIGN 6, and what a machine that does much else may add.
NOTICED_S = 3 + 2
WRITABLE_S = 10 + 5
# Nothing was lost, so nothing had to be replaced or given up.
NEVER_LOGGED = ["ledger-behind", "database-sync-stopped", "entry-refused",
                "dead-letter-written", "io-handler-threw"]


# -- what must hold -----------------------------------------------------------


class figures:
    def __init__(self):
        self.count = 0
        self.noticed_s = 0.0
        self.elsewhere_s = 0.0
        self.healed_s = 0.0
        self.acknowledged = 0


def await_loss(here, victim, at):
    """Until another node says that it is lost, and that the others own what it
    owned; in time."""
    witness = next(x for x in here.nodes.values()
                   if x is not victim and x.is_running())

    def is_lost():
        seen = witness.look()
        return seen is not None and not any(
            x["name"] == victim.name and x["alive"] for x in seen["nodes"])

    def is_replaced():
        seen = witness.look()
        if seen is None:
            return False
        alive = {x["name"] for x in seen["nodes"] if x["alive"]}
        return all(x["owner"] in alive - {victim.name}
                   for x in seen["partitions"])

    noticed = here.time_until(f"{victim.name} to be missed", is_lost)
    elsewhere = noticed + here.time_until(
        f"{victim.name}'s partitions to be owned elsewhere", is_replaced)
    at.noticed_s = max(at.noticed_s, noticed)
    at.elsewhere_s = max(at.elsewhere_s, elsewhere)
    assert noticed < NOTICED_S, f"noticed after {noticed:.1f} s"
    assert elsewhere < WRITABLE_S, f"writable after {elsewhere:.1f} s"


def check_status(here):
    """`registrar cluster status` tells the truth, at every node."""
    owners = {}
    for number in range(PARTITIONS):
        lease = f"{{p{number:02}}}:lease"
        owners[number] = here.stores.ask_redis("HGET", lease, "holder")
    for each in here.nodes.values():
        said = each.status()
        assert said is not None, each.last_words()
        assert {x["name"] for x in said["nodes"]} == set(here.nodes)
        assert {x["id"]: x["owner"] for x in said["partitions"]} == owners
        for x in said["nodes"]:
            assert x["alive"] and x["heartbeat_age_ms"] < 3000, x
            assert x["partitions"] == owned_by(said, x["name"]), x
        for x in said["partitions"]:
            epoch = here.stores.ask_redis(
                "HGET", f"{{p{x['id']:02}}}:epoch", "number")
            assert x["epoch"] == int(epoch), x


def break_once(here, load, chooser, one, told):
    at = told[one.name]
    at.count += 1
    victim = chooser.choice(list(here.nodes.values()))
    before = load.acknowledged
    one.begin(here, victim)
    if one.is_loss:
        await_loss(here, victim, at)
    else:
        time.sleep(chooser.uniform(*one.lasts))
    at.acknowledged += load.acknowledged - before
    one.end(here, victim)
    began = time.monotonic()
    load.await_acknowledgements(ALIVE, "since the fault", PATIENCE_S)
    here.await_whole(PATIENCE_S)
    at.healed_s = max(at.healed_s, time.monotonic() - began)
    for each in here.nodes.values():
        assert each.is_running(), each.last_words()


def restart_all(here, load):
    """A rolling restart: not one request fails."""
    unavailable, in_doubt = load.unavailable, load.in_doubt
    load.refusals.clear()
    for each in here.nodes.values():
        load.await_acknowledgements(ALIVE, "between two restarts", PATIENCE_S)
        assert each.stop() == 0, each.last_words()
        load.await_acknowledgements(ALIVE, "without a node", PATIENCE_S)
        each.start()
        here.await_whole(PATIENCE_S)
        # Or nginx would have none left that it believes in.
        each.await_asked(PATIENCE_S)
    load.await_acknowledgements(ALIVE, "after the last restart", PATIENCE_S)
    failed = (load.unavailable - unavailable, load.in_doubt - in_doubt)
    assert failed == (0, 0), \
        (f"of a rolling restart {failed[0]} saw a 503 and {failed[1]} no "
         f"answer: {load.refusals}")


def check_end(here, load):
    rows = load.check()
    load.end()
    one = next(iter(here.nodes.values()))
    await_sql(here, one.port, load.sections)
    for each in here.nodes.values():
        assert_verified(each, f"running, at {each.name}")
    for each in here.nodes.values():
        assert each.stop() == 0, each.last_words()
        said = each.log.read_text()
        for event in NEVER_LOGGED:
            assert event not in said, f"{each.name} logged {event}"
    assert_verified(one, "stopped")
    assert_sql_equals(here, rows)


def print_figures(load, told):
    for name, at in sorted(told.items()):
        loss = (f" noticed within {at.noticed_s:4.2f} s, writable elsewhere "
                f"within {at.elsewhere_s:4.2f} s," if at.noticed_s else "")
        print(f"{name:30} {at.count:3}{loss} whole again within "
              f"{at.healed_s:5.2f} s, {at.acknowledged} acknowledged meanwhile")
    print(f"{load.acknowledged} acknowledged, {load.in_doubt} in doubt, "
          f"{load.turned_away} turned away, {load.replays} replays", flush=True)


def main():
    print(f"seed {SEED}, {FAULTS} faults", flush=True)
    chooser = random.Random(SEED)
    told = collections.defaultdict(figures)
    with cluster() as here:
        first = next(iter(here.nodes.values()))
        ids = first.import_sections(
            [(f"CLUSTER {i}", "A00", seats) for i, seats in enumerate(SEATS)],
            STUDENTS)
        here.start()
        check_status(here)
        load = traffic(here.nginx.port, dict(zip(ids, SEATS)), SEED)
        load.start()
        began = time.monotonic()
        stack = []
        try:
            for number in range(1, FAULTS + 1):
                if not stack:
                    stack = kinds()
                    chooser.shuffle(stack)
                one = stack.pop()
                print(f"{time.monotonic() - began:6.1f} s  {number}: "
                      f"{one.name}", flush=True)
                load.await_acknowledgements(ALIVE, "before a fault", PATIENCE_S)
                break_once(here, load, chooser, one, told)
                if number % CHECK_EVERY == 0:
                    check_status(here)
                    load.pause()
                    await_sql(here, first.port, load.sections)
                    check_at_rest(load, chooser)
            print(f"{time.monotonic() - began:6.1f} s  rolling restart",
                  flush=True)
            restart_all(here, load)
            check_end(here, load)
        except BaseException:
            print(f"seed {SEED}\n{here.last_words()}", flush=True)
            raise
        print_figures(load, told)
        assert load.replays > FAULTS
    print(f"passed in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
