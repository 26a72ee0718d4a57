"""The shipped nginx.conf in front of a real service, and of false ones."""

import http.client
import json
import socket
import unittest

import places  # finds the modules below
import private_server
from fake_upstream import FakeUpstream
from proxy import Proxy
from served import client, served, student_id
from streams import stream

BODY_MAX = 65_536


def answer_of(status, body, *fields):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class through_nginx(unittest.TestCase):
    def proxy(self, *ports):
        self.nginx = Proxy(*ports)
        self.addCleanup(self.nginx.stop)
        self.nginx.start()
        return self.client_of(self.nginx.port)

    def client_of(self, port):
        asking = client(port)
        self.addCleanup(asking.close)
        return asking

    def upstream(self, answer):
        fake = FakeUpstream(answer)
        self.addCleanup(fake.stop)
        return fake

    def assert_problem(self, got, status, code):
        self.assertEqual(got.status, status, got.body)
        self.assertEqual(got.headers["content-type"],
                         "application/problem+json")
        self.assertEqual(set(got.json),
                         {"type", "title", "status", "detail", "code"})
        self.assertEqual(got.json["status"], status)
        self.assertEqual(got.json["code"], code)
        self.assertEqual(got.json["type"],
                         "urn:registrar:problem:" + code.replace("_", "-"))
        self.assertTrue(got.headers.get("x-request-id"))


class nginx_before_the_service(through_nginx):
    @classmethod
    def setUpClass(cls):
        cls.server = served()
        cls.addClassCleanup(cls.server.__exit__)
        cls.section, = cls.server.import_sections([("EDGE 1", "A00", 3)], 9)

    def setUp(self):
        if self.server.process is None or self.server.process.poll() is not None:
            self.server.start()
        self.asking = self.proxy(self.server.port)

    def register(self, number, key):
        return self.asking.ask(
            "POST", "/api/v1/register",
            {"student_id": student_id(number), "section_ids": [self.section]},
            {"Idempotency-Key": key, "X-Request-Id": f"exchange {number}"})

    def test_passes_a_registration_its_key_and_its_replay(self):
        first = self.register(1, "edge-1")
        self.assertEqual(first.status, 200, first.body)
        self.assertEqual(first.json["summary"]["enrolled"], 1)
        self.assertFalse(first.is_replay)
        self.assertEqual(first.headers["x-request-id"], "exchange 1")
        again = self.register(1, "edge-1")
        self.assertTrue(again.is_replay)
        self.assertEqual(again.body, first.body)

    def test_passes_health(self):
        for path in ("/live", "/ready", "/health?verbose"):
            self.assertEqual(self.asking.ask("GET", path).status, 200)

    def test_passes_what_the_service_refuses(self):
        got = self.register(2, "k" * 300)
        self.assertEqual(got.status, 400, got.body)
        self.assertEqual(got.json, self.client_of(self.server.port).ask(
            "POST", "/api/v1/register",
            {"student_id": student_id(2), "section_ids": [self.section]},
            {"Idempotency-Key": "k" * 300}).json)

    def test_refuses_a_long_body_in_the_words_of_the_service(self):
        body = {"filler": "x" * BODY_MAX}
        got = self.asking.ask("POST", "/api/v1/register", body)
        self.assert_problem(got, 413, "body_too_large")
        direct = self.client_of(self.server.port).ask(
            "POST", "/api/v1/register", body)
        self.assertEqual(got.json, direct.json)

    def test_lets_a_body_at_the_limit_pass(self):
        around = len(json.dumps({"filler": ""}))
        got = self.asking.ask("POST", "/api/v1/register",
                              {"filler": "x" * (BODY_MAX - around)})
        self.assertEqual(got.status, 400, got.body)

    def test_lets_the_service_refuse_a_long_header(self):
        fields = {"X-Filler": "x" * 9_000}
        got = self.asking.ask("GET", "/live", headers=fields)
        self.assert_problem(got, 431, "header_too_large")

    def test_says_when_to_ask_again_while_the_service_is_away(self):
        self.assertEqual(self.server.stop(), 0)
        for method, path in (("GET", "/live"), ("POST", "/api/v1/register")):
            got = self.asking.ask(method, path, {} if method == "POST" else None)
            self.assert_problem(got, 503, "dependency_unavailable")
            self.assertIn(int(got.headers["retry-after"]), range(1, 5))
        got = self.register(3, "edge-3")
        self.assert_problem(got, 503, "dependency_unavailable")
        self.assertEqual(got.headers["x-request-id"], "exchange 3")
        self.server.start()
        private_server.wait_until(
            "nginx to find the service again",
            lambda: self.asking.ask("GET", "/ready").status == 200)
        self.assertEqual(self.register(3, "edge-3").status, 200)


class nginx_before_a_stream(through_nginx):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.section, = self.server.import_sections([("EDGE 1", "A00", 3)], 9)
        self.server.start()
        self.asking = self.proxy(self.server.port)
        self.path = f"/api/v1/sections/stream?ids={self.section}"

    def test_passes_each_event_at_once_and_where_to_go_on(self):
        events = stream(self.nginx.port, self.path)
        self.addCleanup(events.close)
        self.assertEqual(events.next().json["enrolled"], 0)
        for number in range(3):
            got = self.asking.ask("POST", "/api/v1/register", {
                "student_id": student_id(number + 1),
                "section_ids": [self.section]})
            self.assertEqual(got.status, 200)
            # Nothing comes behind it that could push it through a buffer.
            last = events.until(lambda x: x.json["enrolled"] == number + 1)
        again = stream(self.nginx.port, self.path, last.id)
        self.addCleanup(again.close)
        self.asking.ask("POST", "/api/v1/drop", {
            "student_id": student_id(1), "section_ids": [self.section]})
        self.assertEqual(again.next().json["enrolled"], 2)

    def test_ends_it_where_the_service_stops(self):
        events = stream(self.nginx.port, self.path)
        self.addCleanup(events.close)
        self.assertEqual(events.next().json["enrolled"], 0)
        self.assertEqual(self.server.stop(), 0)
        self.assertIsNone(events.next())
        self.assertFalse(events.is_cut)


class nginx_before_a_false_service(through_nginx):
    def two_that_hang_up(self):
        fakes = [self.upstream(b""), self.upstream(b"")]
        asking = self.proxy(*(x.port for x in fakes))
        return asking, lambda: sum(len(x.requests) for x in fakes)

    def post(self, asking, **fields):
        return asking.ask("POST", "/api/v1/register", {"a": 1}, fields)

    def test_sends_a_post_without_key_once(self):
        asking, count = self.two_that_hang_up()
        got = self.post(asking)
        self.assert_problem(got, 503, "dependency_unavailable")
        self.assertEqual(count(), 1)

    def test_sends_a_patch_once(self):
        asking, count = self.two_that_hang_up()
        got = asking.ask("PATCH", "/api/v1/sections/x", {"total_seats": 1})
        self.assert_problem(got, 503, "dependency_unavailable")
        self.assertEqual(count(), 1)

    def test_sends_a_post_with_key_again(self):
        asking, count = self.two_that_hang_up()
        got = self.post(asking, **{"Idempotency-Key": "again"})
        self.assert_problem(got, 503, "dependency_unavailable")
        self.assertEqual(count(), 2)

    def test_sends_a_get_again(self):
        asking, count = self.two_that_hang_up()
        self.assert_problem(asking.ask("GET", "/ready"), 503,
                            "dependency_unavailable")
        self.assertEqual(count(), 2)

    def test_passes_a_503_of_the_service_as_it_is(self):
        body = b'{"code":"ledger_behind"}'
        fake = self.upstream(answer_of(
            "503 Service Unavailable", body, "Retry-After: 17",
            "Content-Type: application/problem+json"))
        for fields in ({}, {"Idempotency-Key": "a"}):
            got = self.post(self.proxy(fake.port), **fields)
            self.assertEqual((got.status, got.body.encode()), (503, body))
            self.assertEqual(got.headers["retry-after"], "17")
        self.assertEqual(len(fake.requests), 2)

    def test_gives_up_a_service_that_does_not_answer_and_asks_it_once(self):
        fake = self.upstream(None)
        for fields in ({}, {"Idempotency-Key": "a"}):
            got = self.post(self.proxy(fake.port), **fields)
            self.assert_problem(got, 503, "dependency_unavailable")
            self.assertIn("retry-after", got.headers)
        self.assertEqual(len(fake.requests), 2)

    def test_says_who_asks_and_under_which_id(self):
        fake = self.upstream(answer_of("200 OK", b"{}"))
        asking = self.proxy(fake.port)
        asking.ask("GET", "/a//b?c=%20", None,
                   {"X-Request-Id": "mine", "X-Forwarded-For": "192.0.2.1"})
        asking.ask("GET", "/d", None, {"X-Request-Id": "x" * 129})
        (line, fields, _), (_, made, _) = fake.requests
        self.assertEqual(line, "GET /a//b?c=%20 HTTP/1.1")
        self.assertEqual(fields["x-request-id"], "mine")
        self.assertEqual(fields["x-forwarded-for"], "192.0.2.1, 127.0.0.1")
        self.assertEqual(fields["host"], f"127.0.0.1:{self.nginx.port}")
        self.assertRegex(made["x-request-id"], "^[0-9a-f]{32}$")

    def test_keeps_its_connection_to_the_service(self):
        fake = self.upstream(answer_of("200 OK", b"{}"))
        asking = self.proxy(fake.port)
        for _ in range(20):
            self.assertEqual(asking.ask("GET", "/live").status, 200)
        self.assertEqual((len(fake.requests), fake.connections), (20, 1))

    def raw(self, text):
        """A request that no client library would send."""
        with socket.create_connection(("127.0.0.1", self.nginx.port)) as wire:
            wire.settimeout(private_server.PATIENCE_S)
            wire.sendall(text)
            got = http.client.HTTPResponse(wire)
            got.begin()
            return got.status, got.headers, json.loads(got.read())

    def test_refuses_what_is_no_http_by_a_problem(self):
        fake = self.upstream(answer_of("200 OK", b"{}"))
        self.proxy(fake.port)
        for text, status in ((b"nonsense\r\n\r\n", 400),
                             (b"GET / HTTP/1.1\r\nHost: a b/\r\n\r\n", 400),
                             (b"GET / HTTP/3.1\r\nHost: a\r\n\r\n", 505),
                             (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                             (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n"
                              b"Host: a\r\n\r\n", 414),
                             (b"GET / HTTP/1.1\r\nHost: a\r\nX: "
                              + b"x" * 20_000 + b"\r\n\r\n", 431),
                             (b"GET /.problem/503 HTTP/1.1\r\nHost: a\r\n\r\n",
                              404)):
            with self.subTest(text[:40]):
                got, fields, body = self.raw(text)
                self.assertEqual((got, body["status"]), (status, status))
                self.assertEqual(fields["content-type"],
                                 "application/problem+json")
        self.assertEqual(fake.requests, [])


if __name__ == "__main__":
    unittest.main()
