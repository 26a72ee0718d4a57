"""A port of loopback for a server that a test is about to start."""

import errno
import pathlib
import random
import socket

# Where the system takes the ports of outgoing connections from: one of those
# may be gone before the server listens.
OUTGOING = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 10_000
TRIES = 1_000
# Not those of `random.seed`: two tests with one seed run side by side.
CHOOSER = random.SystemRandom()


def free_port():
    end = min(int(OUTGOING.read_text().split()[0]), 28_000)
    for _ in range(TRIES):
        port = CHOOSER.randrange(LOWEST, end)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as why:
                if why.errno != errno.EADDRINUSE:
                    raise
                continue
            return port
    raise AssertionError(f"no free port from {LOWEST} to {end}")
