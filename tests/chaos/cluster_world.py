"""Nodes of a cluster on one Redis and one PostgreSQL, behind the shipped
nginx."""

import contextlib
import http.client
import json
import os
import pathlib
import sys
import time

import gate
import production
from own_stores import own_stores
from served import client, free_port, served, wait_until

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "deployment"))

from proxy import Proxy  # noqa: E402

PARTITIONS = 64


def owned_by(seen, name):
    """How many partitions, by a node's answer."""
    return sum(1 for x in seen["partitions"] if x["owner"] == name)


class node_stores(production.stores):
    """The cluster's, as one node reaches them."""

    def __init__(self, stores, redis_gate):
        self.redis = stores.redis
        self.postgres = stores.postgres
        port = stores.redis.rsplit(":", 1)[1].split("/")[0]
        self.gated = stores.redis.replace(f":{port}/", f":{redis_gate.port}/")

    @property
    def flags(self):
        return ["--redis", self.gated, "--postgres", self.postgres]


def has_socket(pid, inode):
    """Whether the process has the socket open."""
    with contextlib.suppress(OSError):
        for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(descriptor) == f"socket:[{inode}]":
                    return True
    return False


def socket_from(port):
    """Inode of the socket that is connected from this loopback port."""
    local = f"0100007F:{port:04X}"
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[1] == local:
            return words[9]
    return None


class node(served):
    def __init__(self, name, directory, stores):
        super().__init__(directory, stores)
        self.name = name
        self.cluster_port = free_port()
        self.config = self.directory / "node.toml"
        self.config.write_text("[cluster]\n")

    def know(self, others):
        """The other nodes, before any of them starts."""

    def start(self, *flags, **how):
        return super().start(
            "--node", self.name, "--cluster-listen",
            f"127.0.0.1:{self.cluster_port}", "--config", self.config,
            *flags, **how)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def status(self):
        """`cluster status` as this node says it, or None where it cannot."""
        done = self.run("cluster", "status", "--json", "--url",
                        f"http://127.0.0.1:{self.port}", check=False)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def look(self):
        """The same over HTTP, which is quicker."""
        asking = client(self.port, timeout_s=3)
        try:
            got = asking.ask("GET", "/api/v1/ops/cluster")
            return got.json if got.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            asking.close()

    def registrations_asked(self):
        """Since its start, as its metrics say."""
        asking = client(self.port, timeout_s=3)
        try:
            page = asking.ask("GET", "/metrics").body
        finally:
            asking.close()
        return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines()
                   if line.startswith("registrar_broker_requests_total"))

    def await_asked(self, patience_s=60):
        """Until nginx has clients ask it again."""
        wait_until(f"nginx to use {self.name}",
                   lambda: self.registrations_asked() > 0, patience_s)

    def close(self):
        self.__exit__()


class gated_node(node):
    """Its way to Redis, and each other node's way to it, is through a gate."""

    def __init__(self, name, directory, stores):
        self.redis_gate = gate.Gate(
            ("127.0.0.1", int(stores.redis.rsplit(":", 1)[1].split("/")[0])))
        super().__init__(name, directory, node_stores(stores, self.redis_gate))
        # From each other node, by its name; who connects is found out by its
        # socket, because all come to the one address that this node announces.
        self.ways = {}
        self.entrance = gate.Gate(self.way_of_socket)
        with self.config.open("a") as config:
            config.write(f'announce = "127.0.0.1:{self.entrance.port}"\n')

    def know(self, others):
        self.others = others
        self.ways = {x.name: gate.Gate(("127.0.0.1", self.cluster_port))
                     for x in others}

    def way_of_socket(self, port):
        inode = socket_from(port)
        for other in self.others:
            if other.is_running() and has_socket(other.process.pid, inode):
                return "127.0.0.1", self.ways[other.name].port
        raise ConnectionRefusedError(f"no node connects from port {port}")

    def close(self):
        super().close()
        self.redis_gate.close()
        self.entrance.close()
        for way in self.ways.values():
            way.close()


class cluster(own_stores):
    """`nodes` by name, to be started together behind `nginx`."""

    def __init__(self, names=("n1", "n2", "n3"), node_type=gated_node,
                 redis=None):
        super().__init__(redis)
        self.names = names
        self.node_type = node_type
        self.nodes = {}

    def open_stores(self):
        return production.stores(
            self.redis.environment["REGISTRAR_TEST_REDIS"],
            self.postgres.environment["REGISTRAR_TEST_POSTGRES"])

    def fill(self, whole):
        self.stores = self.open_stores()
        for name in self.names:
            place = self.directory / name
            place.mkdir()
            self.nodes[name] = self.node_type(name, place, self.stores)
            whole.callback(self.nodes[name].close)
        for each in self.nodes.values():
            each.know([x for x in self.nodes.values() if x is not each])
        self.nginx = Proxy(*(x.port for x in self.nodes.values()),
                           upstream="cluster/upstream.conf")
        whole.callback(self.nginx.stop)

    def start(self):
        for each in self.nodes.values():
            each.start()
        self.nginx.start()
        self.await_whole()

    def ways_of(self, victim):
        """Those to it and those from it."""
        return [*victim.ways.values(),
                *(x.ways[victim.name] for x in self.nodes.values()
                  if x is not victim)]

    def ways_between(self, one, other):
        return [one.ways[other.name], other.ways[one.name]]

    def is_whole(self):
        """Every node sees every node alive, joined and linked, and every
        partition is owned by a live node."""
        running = [x for x in self.nodes.values() if x.is_running()]
        return all(self.is_whole_for(x, running) for x in running)

    @staticmethod
    def is_whole_for(each, running):
        seen = each.look()
        if seen is None:
            return False
        alive = {x["name"] for x in seen["nodes"] if x["alive"]}
        owners = {x["owner"] for x in seen["partitions"]}
        return (alive == {x.name for x in running} and owners <= alive
                and not any(x["joining"] for x in seen["nodes"] if x["alive"])
                and all(x["up"] for x in seen["links"]
                        if x["node"] in alive))

    def await_whole(self, patience_s=60):
        wait_until("a whole cluster", self.is_whole, patience_s)

    def time_until(self, what, condition, patience_s=60):
        began = time.monotonic()
        wait_until(what, condition, patience_s)
        return time.monotonic() - began

    def last_words(self):
        return "".join(f"-- {name}\n{x.last_words()}\n"
                       for name, x in self.nodes.items())
