"""A private Redis with replicas, and sentinels that replace its primary.

All on free loopback ports, with their files in a directory of the caller's.
What a test does to a member (kill, freeze, thaw) it does to that `Server`."""

import pathlib
import shutil
import subprocess

from free_port import free_port
import private_server
import redis_server

MASTER = "registrar"
QUORUM = 2
# As small as a busy machine bears: a primary that is only slow must stay one.
DOWN_AFTER_MS = 2000
FAILOVER_TIMEOUT_MS = 5000


class Sentinel:
    def __init__(self, directory, primary_port):
        directory.mkdir()
        self.port = free_port()
        # A sentinel keeps what it learns in its own configuration.
        conf = directory / "sentinel.conf"
        conf.write_text("\n".join([
            f"port {self.port}", "bind 127.0.0.1", f"dir {directory}",
            f"logfile {directory / 'sentinel.log'}",
            f"sentinel monitor {MASTER} 127.0.0.1 {primary_port} {QUORUM}",
            f"sentinel down-after-milliseconds {MASTER} {DOWN_AFTER_MS}",
            f"sentinel failover-timeout {MASTER} {FAILOVER_TIMEOUT_MS}",
            ""]))
        self.process = private_server.spawn(
            [shutil.which("redis-server"), str(conf), "--sentinel"])

    def ask(self, *words):
        return ask(self.port, "SENTINEL", *words)

    def stop(self):
        private_server.stop(self.process)


def ask(port, *words):
    """Lines of the answer; none where there was none."""
    done = subprocess.run(
        ["redis-cli", "-p", str(port), *map(str, words)],
        capture_output=True, text=True, timeout=private_server.PATIENCE_S)
    return done.stdout.splitlines() if done.returncode == 0 else []


def facts(port, section):
    """INFO's lines as a dictionary."""
    return dict(line.split(":", 1) for line in ask(port, "INFO", section)
                if ":" in line)


class Cluster:
    def __init__(self, replicas=1, sentinels=3):
        self.replicas = replicas
        self.sentinel_count = sentinels
        self.members = []
        self.sentinels = []

    def start(self, directory):
        directory = pathlib.Path(directory).resolve()
        for number in range(1 + self.replicas):
            place = directory / f"redis-{number}"
            place.mkdir()
            member = redis_server.Server()
            self.members.append(member)
            settings = {"repl-diskless-sync-delay": "0"}
            if number > 0:
                settings["replicaof"] = f"127.0.0.1 {self.members[0].port}"
            member.start(place, **settings)
        first = self.members[0]
        private_server.wait_until(
            "the replicas to be connected",
            lambda: self.count_replicas(first) == self.replicas)
        self.sentinels = [
            Sentinel(directory / f"sentinel-{number}", first.port)
            for number in range(self.sentinel_count)]
        private_server.wait_until("the sentinels to know everybody",
                                  self.is_known)

    def is_known(self):
        def knows(sentinel):
            words = sentinel.ask("master", MASTER)
            told = dict(zip(words[::2], words[1::2]))
            return (told.get("flags") == "master"
                    and told.get("num-slaves") == str(self.replicas)
                    and told.get("num-other-sentinels")
                    == str(self.sentinel_count - 1))
        return all(knows(x) for x in self.sentinels)

    @property
    def places(self):
        """For redis.sentinels."""
        return ",".join(f"127.0.0.1:{x.port}" for x in self.sentinels)

    def primary(self):
        """The member that all sentinels name, or None while they differ."""
        named = {tuple(x.ask("get-master-addr-by-name", MASTER))
                 for x in self.sentinels}
        if len(named) != 1:
            return None
        words = named.pop()
        return next((x for x in self.members
                     if words[1:] == (str(x.port),)), None)

    def replicas_of(self, primary):
        """Ports of the replicas that a primary feeds."""
        found = facts(primary.port, "replication")
        return [int(part.split("=")[1])
                for name, line in found.items() if name.startswith("slave")
                and "state=online" in line for part in line.split(",")
                if part.startswith("port=")]

    def count_replicas(self, primary):
        return len(self.replicas_of(primary))

    def stop(self):
        for each in [*self.sentinels, *self.members]:
            each.stop()
