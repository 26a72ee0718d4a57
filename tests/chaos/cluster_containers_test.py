"""Nodes in containers that share a network, as docker/compose-cluster.yml runs
them: each is process 1 of its own, and all have the same network addresses. CAF
makes the identity of a node of both; two that took each other for themselves
would never meet."""

import subprocess
import sys

from cluster_world import cluster, node
from served import client, student_id

CONTAINER = ["unshare", "--pid", "--fork", "--kill-child"]
SKIPPED = 77
STUDENTS = 20
SECTIONS = 16


class contained(node):
    launcher = CONTAINER


def register(at, sections, number):
    asking = client(at.port)
    got = asking.ask("POST", "/api/v1/register",
                     {"student_id": student_id(number),
                      "section_ids": sections})
    asking.close()
    assert got.status == 200, f"{at.name}: {got.status} {got.body}"


def main():
    if subprocess.run([*CONTAINER, "true"], capture_output=True).returncode:
        print("skipped: this machine lets nobody have processes of his own")
        return SKIPPED
    with cluster(node_type=contained) as here:
        nodes = list(here.nodes.values())
        sections = nodes[0].import_sections(
            [(f"CONTAINER {i}", "A00", STUDENTS) for i in range(SECTIONS)],
            STUDENTS)
        here.start()
        for number, each in enumerate(nodes, 1):
            register(each, sections, number)
        # Another run in the same container, and in the place of the same
        # process.
        nodes[1].kill()
        nodes[1].start()
        here.await_whole()
        register(nodes[1], sections, len(nodes) + 1)
    print("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
