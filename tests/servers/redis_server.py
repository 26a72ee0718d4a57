"""A private redis-server that forgets nothing: as production runs it, on a free
loopback port, with its files in a directory of the caller."""

import pathlib
import shutil
import socket

import private_server


class server:
    # What a command run with this server finds in its environment.
    VARIABLE = "REGISTRAR_TEST_REDIS"

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.port = private_server.free_port()
        self.process = None
        self.start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def environment(self):
        return {self.VARIABLE: self.url}

    def start(self):
        """Starts on the files that are there; again after a stop or kill."""
        binary = shutil.which("redis-server")
        if binary is None:
            raise FileNotFoundError(
                "redis-server is not installed; cmake/install-packages test")
        settings = {
            "bind": "127.0.0.1", "port": self.port, "dir": self.directory,
            "appendonly": "yes", "appendfsync": "always",
            "no-appendfsync-on-rewrite": "no",
            "maxmemory-policy": "noeviction", "save": "",
            "logfile": self.directory / "redis.log",
        }
        command = [binary]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        self.process = private_server.spawn(command)
        private_server.wait_until("redis-server answers", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(
                "redis-server ended: "
                + (self.directory / "redis.log").read_text(errors="replace"))
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                s.sendall(b"PING\r\n")
                return s.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        private_server.stop(self.process)
