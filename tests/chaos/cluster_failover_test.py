"""The nodes of a cluster on a Redis with replicas and sentinels: the primary is
killed, frozen, replaced by one that lags, under load behind nginx; nothing
acknowledged is lost, no number is used twice, and the nodes heal by themselves.

REGISTRAR_SEED repeats the random choices of the load.
"""

import os
import sys

from cluster_world import cluster, node
from failover import PROBES, REPLICAS, SEATS, SEED, replicated, trial
from traffic import STUDENTS

import sentinel_cluster


class replicated_cluster(cluster):
    def __init__(self):
        super().__init__(node_type=node,
                         redis=sentinel_cluster.Cluster(replicas=REPLICAS))

    def open_stores(self):
        os.environ["REGISTRAR_REDIS_SENTINELS"] = self.redis.places
        return replicated(self.redis,
                          self.postgres.environment["REGISTRAR_TEST_POSTGRES"])


def main():
    print(f"seed {SEED}", flush=True)
    with replicated_cluster() as here:
        nodes = list(here.nodes.values())
        ids = nodes[0].import_sections(
            [(f"FAILOVER {i}", "A00", seats) for i, seats in enumerate(SEATS)],
            STUDENTS + PROBES)
        here.start()
        trial(here.nginx.port, nodes, here.redis, dict(zip(ids, SEATS))).run(
            trial.kill_primary, trial.promote_one_that_lags,
            trial.kill_primary_ahead_of_replicas, trial.freeze_primary)
    print("passed")


if __name__ == "__main__":
    sys.exit(main())
