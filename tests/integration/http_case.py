"""A real server over raw sockets, for the tests of its interface."""

import json
import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))

from served import client, served  # noqa: E402

SEATS = 2
STUDENTS = 20


class connection:
    """One raw TCP connection; reads whole answers."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.buffer = b""

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        part = self.socket.recv(65536)
        self.buffer += part
        return bool(part)

    def answer(self, has_body=True):
        """(status, headers, body), or None where the peer closed."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.fill():
                return None
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        size = int(headers.get("content-length", 0)) if has_body else 0
        while len(self.buffer) < size:
            if not self.fill():
                return None
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return int(lines[0].split()[1]), headers, body.decode()

    def is_closed(self):
        """True once the peer has closed and sent nothing more."""
        try:
            return not self.buffer and not self.fill()
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()


class http_case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = served()
        config = cls.server.directory / "registrar.toml"
        # Short bounds, so that a client that drips is stopped in the test.
        config.write_text("[limits]\nheader_time_max = 1\nbody_time_max = 1\n")
        cls.section, cls.other = cls.server.import_sections(
            [("HTTP 1", "A00", SEATS), ("HTTP 1", "B00", SEATS)], STUDENTS)
        # The access log is at level info.
        cls.server.start("--config", str(config), log_level="info")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def setUp(self):
        self.raw = connection(self.server.port)
        self.client = client(self.server.port)

    def tearDown(self):
        self.raw.close()
        self.client.close()
        # Whatever was sent, the server lives.
        self.assertIsNone(self.server.process.poll())

    def exchange(self, data, has_body=True):
        self.raw.send(data)
        return self.raw.answer(has_body)

    def assert_problem(self, answer, status, closes=None):
        self.assertIsNotNone(answer, "closed without an answer")
        got, headers, body = answer
        self.assertEqual(got, status, body)
        self.assertEqual(headers["content-type"], "application/problem+json")
        problem = json.loads(body)
        self.assertEqual(problem["status"], status)
        for member in ("type", "title", "detail", "code"):
            self.assertTrue(problem[member])
        if closes is not None:
            self.assertEqual(headers["connection"] == "close", closes)
        return problem

    def post(self, path, body, **headers):
        return self.client.ask("POST", "/api/v1" + path, body,
                               {k.replace("_", "-"): v
                                for k, v in headers.items()})


def request(method="GET", path="/live", *fields, body=b"", host=True,
            version="1.1"):
    lines = [f"{method} {path} HTTP/{version}"]
    if host:
        lines.append("Host: localhost")
    lines += fields
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def json_post(body, *fields):
    return request("POST", "/api/v1/register",
                   "Content-Type: application/json",
                   f"Content-Length: {len(body)}", *fields, body=body)
