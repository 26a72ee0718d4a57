"""A port of loopback for a server that a test is about to start."""

import errno
import random
import socket

# Below those that Linux takes for outgoing connections, from 32,768 on: one of
# these may be gone before the server listens.
LOWEST, END = 10_000, 28_000
TRIES = 1_000
# Not those of `random.seed`: two tests with one seed run side by side.
CHOOSER = random.SystemRandom()


def free_port():
    for _ in range(TRIES):
        port = CHOOSER.randrange(LOWEST, END)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as why:
                if why.errno != errno.EADDRINUSE:
                    raise
                continue
            return port
    raise AssertionError(f"no free port from {LOWEST} to {END}")
