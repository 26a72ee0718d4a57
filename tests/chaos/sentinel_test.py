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

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS / "servers"))

import sentinel_cluster
from failover import PROBES, REPLICAS, SEATS, SEED, replicated, trial
from served import served
from traffic import STUDENTS


def run(directory):
    cluster = sentinel_cluster.Cluster(replicas=REPLICAS)
    try:
        cluster.start(directory)
        os.environ["REGISTRAR_REDIS_SENTINELS"] = cluster.places
        with served(stores=replicated(cluster)) as server:
            ids = server.import_sections(
                [(f"SENTINEL {i}", "A00", seats)
                 for i, seats in enumerate(SEATS)],
                STUDENTS + PROBES)
            server.start()
            trial(server.port, [server], cluster, dict(zip(ids, SEATS))).run(
                trial.kill_primary, trial.stop_replicas,
                trial.promote_one_that_lags,
                trial.kill_primary_ahead_of_replicas, trial.freeze_primary)
    finally:
        cluster.stop()


def main():
    print(f"seed {SEED}", flush=True)
    with tempfile.TemporaryDirectory(prefix="registrar-") as directory:
        run(directory)
    print("passed")


if __name__ == "__main__":
    sys.exit(main())
