"""Stands in for systemd: the notify socket, and what arrives there."""

import pathlib
import socket
import tempfile
import time

from private_server import PATIENCE_S


class Manager:
    def __init__(self, watchdog_s):
        self.watchdog_s = watchdog_s
        self.holder = tempfile.TemporaryDirectory(prefix="registrar-")
        path = pathlib.Path(self.holder.name) / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.environment = {"NOTIFY_SOCKET": str(path),
                            "WATCHDOG_USEC": str(int(watchdog_s * 1e6))}

    def next(self, patience_s=PATIENCE_S):
        """The next message as a dict, or None where none comes in time."""
        self.socket.settimeout(patience_s)
        try:
            text = self.socket.recv(65_536).decode()
        except (TimeoutError, BlockingIOError):
            return None
        return dict(line.split("=", 1) for line in text.splitlines())

    def until(self, wanted):
        """The first message for which `wanted` holds; the others are lost."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            message = self.next()
            if message is not None and wanted(message):
                return message
        raise AssertionError("the service manager waited in vain")

    def forget(self):
        """All that has arrived."""
        while self.next(0) is not None:
            pass

    def would_kill(self):
        """Whether the watchdog runs out: nothing for the whole of its time.
        One sign that was on its way does not count."""
        self.forget()
        return (self.next(self.watchdog_s) is None
                or self.next(self.watchdog_s) is None)

    def stop(self):
        self.socket.close()
        self.holder.cleanup()
