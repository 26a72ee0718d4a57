"""nginx with the shipped configuration, byte for byte: only where it listens
and whom it asks are a test's own, in the two files that exist for that."""

import ctypes
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from places import DOCKER
from free_port import free_port
import postgres_server
import private_server

PR_SET_PDEATHSIG = 1


def end_with_parent():
    """nginx's workers outlive a master that is killed, so it is told."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def binary():
    found = shutil.which("nginx", path=os.environ.get("PATH", "")
                         + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FileNotFoundError("nginx is missing; install the package nginx")
    return found


def parameters(upstream):
    """What the shipped file says of its first server beside where it is."""
    text = (DOCKER / upstream).read_text()
    return re.search(r"^server \S+?:\d+(.*);", text, re.M)[1]


class Proxy:
    """As any user but root, as in production, in front of `ports`, which are
    treated as those of the shipped `upstream`."""

    def __init__(self, *ports, upstream="site/upstream.conf"):
        self.process = None
        self.port = free_port()
        self.holder = tempfile.TemporaryDirectory(prefix="registrar-")
        self.prefix = pathlib.Path(self.holder.name) / "prefix"
        self.log = self.prefix / "error.log"
        conf = pathlib.Path(self.holder.name) / "conf"
        conf.mkdir()
        self.conf = conf / "nginx.conf"
        shutil.copyfile(DOCKER / "nginx.conf", self.conf)
        shutil.copytree(DOCKER / "site", conf / "site")
        (conf / "site/listen.conf").write_text(
            f"listen 127.0.0.1:{self.port};\n")
        (conf / "site/upstream.conf").write_text(
            "".join(f"server 127.0.0.1:{port}{parameters(upstream)};\n"
                    for port in ports))
        self.prefix.mkdir()
        self.who = postgres_server.account()
        if self.who:
            postgres_server.let_in(self.prefix)
            os.chown(self.prefix, self.who["user"], self.who["group"])

    def command(self, *flags):
        return [binary(), *flags, "-p", str(self.prefix), "-c",
                str(self.conf), "-e", "stderr"]

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=end_with_parent, **self.who)
        private_server.wait_until("nginx to listen", self.listens)
        return self

    def listens(self):
        if self.process.poll() is not None:
            raise OSError(f"nginx ended: {self.log.read_text()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process is not None:
            private_server.stop(self.process)
            self.process = None
        self.holder.cleanup()
