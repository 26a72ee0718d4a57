"""A private Redis that forgets nothing: as production runs it, on a free
loopback port, with its files in a directory of the caller's."""

import pathlib
import shutil
import signal
import socket

from free_port import free_port
import private_server


class Server:
    SETTINGS = {
        "bind": "127.0.0.1", "appendonly": "yes", "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no", "maxmemory-policy": "noeviction",
        "save": "",
    }

    def __init__(self, config=None):
        """@param config a file in place of our settings."""
        self.process = None
        self.config = config

    def start(self, directory, **settings):
        """Serves an empty directory, or the files that a former one left."""
        self.directory = pathlib.Path(directory).resolve()
        self.port = free_port()
        ours = {"bind": "127.0.0.1"} if self.config else self.SETTINGS
        self.settings = dict(ours, **settings)
        self.start_again()

    @property
    def environment(self):
        return {"REGISTRAR_TEST_REDIS": f"redis://127.0.0.1:{self.port}/0"}

    def start_again(self):
        """On the files that are there; after `kill` or `stop`."""
        binary = shutil.which("redis-server")
        if binary is None:
            raise FileNotFoundError(
                "redis-server is missing; install the package redis-server")
        command = [binary] + ([str(self.config)] if self.config else [])
        for name, value in dict(
                self.settings, port=self.port, dir=self.directory,
                logfile=self.directory / "redis.log").items():
            command += [f"--{name}", str(value)]
        self.process = private_server.spawn(command)
        private_server.wait_until("Redis to answer", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise OSError("redis-server ended: " + (
                self.directory / "redis.log").read_text(errors="replace"))
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                s.sendall(b"PING\r\n")
                return s.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def freeze(self):
        """Returns when it does nothing any more."""
        self.process.send_signal(signal.SIGSTOP)
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat")
        private_server.wait_until(
            "Redis to be frozen", lambda:
            stat.read_text().rsplit(")", 1)[1].split()[0] == "T")

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None:
            private_server.stop(self.process)
