#!/usr/bin/env python3
"""What a registration costs on one, two and three nodes of a cluster, and what
the way to another node costs (`python3 tests/bench/cluster_bench.py`).

All nodes, Redis, PostgreSQL and the load share this machine: figures are CPU a
registration, not what more machines would bring.

The way to another node is measured between two nodes of which one owns
everything: that one is asked (near), then the other (far), so that only the way
differs. With one, two and three nodes that share the sections each batch is
smaller too, at the nodes and in the stores.
"""

import contextlib
import json
import os
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "chaos"))

from cluster_world import cluster, node  # noqa: E402
from production import processes_in  # noqa: E402
from served import wait_until  # noqa: E402

SECTIONS = 500
REGISTRATIONS = int(os.environ.get("REGISTRAR_REGISTRATIONS", "40000"))
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """Of the process and what it started."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
    return sum(map(int, fields.split()[11:15])) / TICKS_A_SECOND


def postgres_cpu_s(server):
    """Its processes come and go with connections; those there are counted."""
    total = 0
    for pid in processes_in(server.data):
        with contextlib.suppress(FileNotFoundError):
            total += cpu_s(pid)
    return total


def load(here, asked):
    """@returns microseconds of CPU a registration: of each node, of Redis, of
    PostgreSQL; and registrations a second."""
    nodes = list(here.nodes.values())

    def used():
        return [*(cpu_s(x.process.pid) for x in nodes),
                cpu_s(here.redis.process.pid), postgres_cpu_s(here.postgres)]

    before = used()
    done = asked.run("rehearse", "--shape", "scale", "--sections", SECTIONS,
                     "--registrations", REGISTRATIONS, "--json", "--url",
                     f"http://127.0.0.1:{asked.port}", check=False)
    after = used()
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    phases = json.loads(done.stdout)["phases"]
    answered = sum(x["answered"] for x in phases)
    each = [(y - x) * 1e6 / answered for x, y in zip(before, after)]
    per_s = answered / sum(x["seconds"] for x in phases)
    return each[:-2], each[-2], each[-1], per_s


def line(nodes, redis, postgres, per_s):
    return ("nodes " + " + ".join(f"{x:.0f}" for x in nodes)
            + f" = {sum(nodes):.0f} us, redis {redis:.0f} us, "
            f"postgres {postgres:.0f} us; {per_s:.0f} registrations/s")


def the_way_there():
    with cluster(["owner", "other"], node) as here:
        here.start()
        owner, other = here.nodes.values()
        owner.run("cluster", "drain", "other", "--reason", "bench", "--url",
                  f"http://127.0.0.1:{owner.port}")
        wait_until("one owner of everything", lambda: all(
            x["owner"] == "owner" for x in owner.look()["partitions"]))
        costs = {}
        # The first one warms both up.
        for what, asked in (("warm", other), ("near", owner), ("far", other),
                            ("near", owner), ("far", other)):
            got = load(here, asked)
            if what != "warm":
                costs.setdefault(what, []).append(sum(got[0]))
                print(f"{what:4}: {line(*got)}", flush=True)
        near, far = min(costs["near"]), min(costs["far"])
        print(f"far / near = {far / near:.2f}: the way there and back costs "
              f"{far - near:.0f} us of the nodes' CPU", flush=True)


def shared():
    for count in (1, 2, 3):
        with cluster([f"n{i}" for i in range(1, count + 1)], node) as here:
            here.start()
            got = load(here, next(iter(here.nodes.values())))
            print(f"{count} nodes, {(count - 1) / count:.0%} far: {line(*got)}",
                  flush=True)


def main():
    print("CPU a registration")
    the_way_there()
    shared()


if __name__ == "__main__":
    main()
