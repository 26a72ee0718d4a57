"""Three nodes on one Redis and one PostgreSQL, behind the shipped nginx; the
way of each node to Redis, and of the others to it, is through a gate."""

import http.client
import json
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


class node(served):
    def __init__(self, name, directory, stores):
        self.name = name
        self.cluster_port = free_port()
        self.redis_gate = gate.Gate(
            ("127.0.0.1", int(stores.redis.rsplit(":", 1)[1].split("/")[0])))
        self.cluster_gate = gate.Gate(("127.0.0.1", self.cluster_port))
        super().__init__(directory, node_stores(stores, self.redis_gate))
        self.config = self.directory / "node.toml"
        self.config.write_text(
            f'[cluster]\nannounce = "127.0.0.1:{self.cluster_gate.port}"\n')

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
        self.redis_gate.close()
        self.cluster_gate.close()


class cluster(own_stores):
    """`nodes` by name, to be started together behind `nginx`."""

    def __init__(self, names=("n1", "n2", "n3")):
        super().__init__()
        self.names = names
        self.nodes = {}

    def fill(self, whole):
        self.stores = production.stores(
            self.redis.environment["REGISTRAR_TEST_REDIS"],
            self.postgres.environment["REGISTRAR_TEST_POSTGRES"])
        for name in self.names:
            place = self.directory / name
            place.mkdir()
            self.nodes[name] = node(name, place, self.stores)
            whole.callback(self.nodes[name].close)
        self.nginx = Proxy(*(x.port for x in self.nodes.values()),
                           upstream="cluster/upstream.conf")
        whole.callback(self.nginx.stop)

    def start(self):
        for each in self.nodes.values():
            each.start()
        self.nginx.start()
        self.await_whole()

    def is_whole(self):
        """Every node sees every node alive and linked, and every partition is
        owned by a live node."""
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
