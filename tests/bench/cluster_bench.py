#!/usr/bin/env python3
"""What a registration costs on one, two and three nodes of a cluster, and what
the way to another node costs (`python3 tests/bench/cluster_bench.py`).

All nodes, Redis, PostgreSQL and the load share this machine: figures are CPU a
registration, not what more machines would bring. The load asks one node, so
that of n nodes it has to pass (n-1)/n of the sections on.
"""

import json
import os
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "chaos"))

from cluster_world import cluster  # noqa: E402
from production import processes_in  # noqa: E402

SECTIONS = 500
REGISTRATIONS = int(os.environ.get("REGISTRAR_REGISTRATIONS", "40000"))
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """Of the process and what it started."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
    return sum(map(int, fields.split()[11:15])) / TICKS_A_SECOND


def postgres_cpu_s(server):
    """Its processes come and go with connections; those there are counted."""
    return sum(map(cpu_s, processes_in(server.data)))


def measure(names):
    with cluster(names) as here:
        here.start()
        nodes = list(here.nodes.values())
        asked = nodes[0]

        def used():
            return ([cpu_s(x.process.pid) for x in nodes],
                    cpu_s(here.redis.process.pid),
                    postgres_cpu_s(here.postgres))

        before = used()
        done = asked.run("rehearse", "--shape", "scale", "--sections", SECTIONS,
                         "--registrations", REGISTRATIONS, "--json", "--url",
                         f"http://127.0.0.1:{asked.port}", check=False)
        after = used()
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)
        return json.loads(done.stdout), before, after


def main():
    alone_us = None
    for count in (1, 2, 3):
        report, before, after = measure([f"n{i}" for i in range(1, count + 1)])
        per_s = report.get("registrations_per_second") or report.get("rate")

        def us(x, y):
            return (y - x) * 1e6 / REGISTRATIONS

        nodes = [us(x, y) for x, y in zip(before[0], after[0])]
        whole = sum(nodes)
        line = (f"{count} nodes: CPU a registration, us: nodes "
                + " + ".join(f"{x:.0f}" for x in nodes) + f" = {whole:.0f}, "
                f"redis {us(before[1], after[1]):.0f}, "
                f"postgres {us(before[2], after[2]):.0f}")
        if per_s:
            line += f"; {per_s:.0f} registrations/s"
        if alone_us is None:
            alone_us = whole
        else:
            far = (count - 1) / count
            line += (f"; {far:.0%} far: the way there and back costs "
                     f"{(whole - alone_us) / far:.0f} us")
        print(line, flush=True)


if __name__ == "__main__":
    main()
