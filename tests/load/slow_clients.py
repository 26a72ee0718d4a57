"""A process of its own that holds slow connections to a server.

    slow_clients.py PORT COUNT

A third of them send a header, a third a body, a byte each second; a third ask
for the largest answer there is and read a byte of it each second, some of them
for so many at once that the server must wait until it can write. Those that the
server ends are made anew. Each line on stdin has its answer on stdout:
`on` (all are connected and have begun), `off` (none is left), `count` (how
many are open, and how many bytes were sent or read since the last line).
"""

import select
import socket
import sys
import time

TICKS_A_SECOND = 250
# What a slow reader has room for; what is more waits in the server.
UNREAD_BYTES_MAX = 4096
HEAD = b"GET /live HTTP/1.1\r\nHost: slow\r\nX-Slow: "
BODY = (b"POST /api/v1/register HTTP/1.1\r\nHost: slow\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
# Answers, more than the kernel takes for one connection; of one reader in ten.
PIPELINED = 30
PIPELINES_EACH = 10
LARGE = b"GET /openapi.json HTTP/1.1\r\nHost: slow\r\n\r\n"


class slow_client:
    """@param opening what is sent at once; what follows drips."""

    def __init__(self, port, opening, reads=False):
        self.port = port
        self.opening = opening
        self.reads = reads
        self.socket = None

    def open(self):
        self.socket = socket.socket()
        if self.reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   UNREAD_BYTES_MAX)
        self.socket.connect(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.opening)
        self.socket.setblocking(False)

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def is_open(self):
        """A sender that got something was turned away."""
        try:
            got = self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return self.reads and bool(got)

    def drip(self):
        """A byte; @returns whether there was one."""
        try:
            if self.reads:
                return len(self.socket.recv(1)) == 1
            return self.is_open() and self.socket.send(b"a") == 1
        except OSError:
            return False


def kind_of(number):
    turn, kind = divmod(number, 3)
    if kind < 2:
        return (HEAD, BODY)[kind], False
    return LARGE * (1 if turn % PIPELINES_EACH else PIPELINED), True


class crowd:
    def __init__(self, port, count):
        self.clients = [slow_client(port, *kind_of(i)) for i in range(count)]
        self.is_on = False
        self.turn = 0
        self.drips = 0

    def obey(self, word):
        if word == "on":
            for each in self.clients:
                each.open()
            self.is_on = True
        elif word == "off":
            self.is_on = False
            for each in self.clients:
                each.close()
        open_now = self.is_on and sum(x.is_open() for x in self.clients)
        print(int(open_now), self.drips, flush=True)
        self.drips = 0

    def tick(self):
        """The share of one tick drips, so that all drip once a second."""
        for each in self.clients[self.turn::TICKS_A_SECOND]:
            if each.drip():
                self.drips += 1
            else:
                each.close()
                each.open()
        self.turn = (self.turn + 1) % TICKS_A_SECOND


def main(port, count):
    those = crowd(port, count)
    due = time.monotonic()
    while True:
        wait = max(0, due - time.monotonic()) if those.is_on else None
        if select.select([sys.stdin], [], [], wait)[0]:
            word = sys.stdin.readline().strip()
            if not word:
                return
            those.obey(word)
            due = time.monotonic()
        elif those.is_on:
            those.tick()
            due += 1 / TICKS_A_SECOND


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
