"""A real server over raw sockets: every hazard of its HTTP library and of JSON.
"""

import socket
import unittest

from http_case import connection, http_case, json_post, request


class hazards_of_the_parser(http_case):
    def test_refuses_every_transfer_encoding_and_closes(self):
        for value in ("chunked", "gzip, chunked", "nonsense", "identity"):
            with self.subTest(value):
                raw = connection(self.server.port)
                raw.send(request("POST", "/api/v1/register",
                                 "Content-Type: application/json",
                                 f"Transfer-Encoding: {value}",
                                 body=b"0\r\n\r\n"))
                self.assert_problem(raw.answer(), 411, closes=True)
                self.assertTrue(raw.is_closed())
                raw.close()

    def test_survives_a_trailer_field_over_64_kb(self):
        self.raw.send(request("POST", "/api/v1/register",
                              "Content-Type: application/json",
                              "Transfer-Encoding: chunked"))
        self.assert_problem(self.raw.answer(), 411, closes=True)
        try:
            self.raw.send(b"0\r\nTrailer: " + b"x" * 70_000 + b"\r\n\r\n")
        except OSError:
            pass  # closed in the middle, as it should be

    def test_reads_no_chunk_extension_of_50_mb(self):
        self.raw.send(request("POST", "/api/v1/register",
                              "Content-Type: application/json",
                              "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 50_000_000:
                self.raw.send(b"1;" + b"x" * 1_000_000)
                sent += 1_000_000
        except OSError:
            pass
        self.assertLess(sent, 50_000_000)

    def test_wants_exactly_one_host(self):
        self.assert_problem(self.exchange(request(host=False)), 400, True)
        raw = connection(self.server.port)
        raw.send(request("GET", "/live", "Host: other"))
        self.assert_problem(raw.answer(), 400, closes=True)
        raw.close()

    def test_serves_http_1_0_without_host_and_closes(self):
        got = self.exchange(request(host=False, version="1.0"))
        self.assertEqual(got[0], 200)
        self.assertTrue(self.raw.is_closed())

    def test_refuses_other_versions(self):
        self.assert_problem(self.exchange(request(version="2.0")), 505, True)

    def test_refuses_folded_fields(self):
        self.assert_problem(self.exchange(
            request("GET", "/live", "X-A: a\r\n b")), 400, closes=True)

    def test_refuses_more_than_100_fields(self):
        fields = [f"X{i}: y" for i in range(101)]
        self.assert_problem(self.exchange(request("GET", "/live", *fields)),
                            431, closes=True)

    def test_refuses_2000_fields_in_few_bytes(self):
        fields = ["a:"] * 2_000
        self.assert_problem(self.exchange(request("GET", "/live", *fields)),
                            431, closes=True)

    def test_refuses_a_header_over_8_kb(self):
        self.assert_problem(self.exchange(
            request("GET", "/live", "X-A: " + "a" * 9_000)), 431, True)

    def test_refuses_repeated_and_differing_content_lengths(self):
        for second in ("2", "3"):
            with self.subTest(second):
                raw = connection(self.server.port)
                raw.send(request("POST", "/api/v1/register",
                                 "Content-Type: application/json",
                                 "Content-Length: 2",
                                 f"Content-Length: {second}", body=b"{}"))
                self.assert_problem(raw.answer(), 400, closes=True)
                raw.close()

    def test_refuses_a_content_length_that_is_no_number(self):
        for text in ("-1", "1e3", "99999999999999999999", "+2"):
            with self.subTest(text):
                raw = connection(self.server.port)
                raw.send(request("POST", "/api/v1/register",
                                 "Content-Type: application/json",
                                 f"Content-Length: {text}"))
                self.assert_problem(raw.answer(), 400, closes=True)
                raw.close()

    def test_refuses_a_get_with_a_body(self):
        self.assert_problem(self.exchange(
            request("GET", "/live", "Content-Length: 5", body=b"hello")),
            400, closes=True)

    def test_refuses_garbage(self):
        self.assert_problem(self.exchange(b"\x16\x03\x01 hello\r\n\r\n"), 400,
                            closes=True)

    def test_stops_a_client_that_drips_its_header(self):
        self.raw.send(b"GET /live HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        self.assert_problem(self.raw.answer(), 408, closes=True)

    def test_stops_a_client_that_drips_its_body(self):
        self.raw.send(request("POST", "/api/v1/register",
                              "Content-Type: application/json",
                              "Content-Length: 100", body=b"{"))
        self.assert_problem(self.raw.answer(), 408, closes=True)

    def test_serves_pipelined_requests_in_order(self):
        ids = [f"request-{i}" for i in range(20)]
        self.raw.send(b"".join(request("GET", "/live", f"X-Request-Id: {x}")
                               for x in ids))
        self.assertEqual([self.raw.answer()[1]["x-request-id"] for _ in ids],
                         ids)

    def test_answers_a_client_that_closed_its_half(self):
        self.raw.send(request())
        self.raw.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(self.raw.answer()[0], 200)

    def test_goes_on_after_a_client_that_never_reads(self):
        self.raw.send(request("GET", "/api/v1/sections") * 200)
        self.assertEqual(self.client.ask("GET", "/live").status, 200)

    def test_invites_a_body_that_waits_for_100_continue(self):
        body = b"{}"
        self.raw.send(request("POST", "/api/v1/register",
                              "Content-Type: application/json",
                              f"Content-Length: {len(body)}",
                              "Expect: 100-continue"))
        self.assertEqual(self.raw.answer()[0], 100)
        self.assert_problem(self.exchange(body), 400)

    def test_refuses_other_expectations(self):
        self.assert_problem(self.exchange(request(
            "GET", "/live", "Expect: the-unexpected")), 417)


class hazards_of_json(http_case):
    def assert_refused(self, body, *words):
        problem = self.assert_problem(self.exchange(json_post(body)), 400)
        for word in words:
            self.assertIn(word, problem["detail"])

    def test_survives_100000_brackets(self):
        self.assert_refused(b"[" * 60_000)
        self.assert_refused(b'{"student_id":' + b"[" * 50_000)

    def test_refuses_a_body_of_more_than_64_kb_unread(self):
        self.raw.send(request("POST", "/api/v1/register",
                              "Content-Type: application/json",
                              "Content-Length: 100000"))
        self.assert_problem(self.raw.answer(), 413, closes=True)

    def test_refuses_duplicate_members(self):
        self.assert_refused(b'{"student_id":"a","student_id":"b"}', "twice")

    def test_refuses_unknown_members_and_names_them(self):
        self.assert_refused(b'{"studentid":"a"}', "studentid")

    def test_refuses_integers_beyond_64_bits(self):
        got = self.client.ask("PATCH", f"/api/v1/sections/{self.section}")
        self.assertEqual(got.status, 415)
        body = b'{"total_seats": 18446744073709551616}'
        self.raw.send(request("PATCH", f"/api/v1/sections/{self.section}",
                              "Content-Type: application/json",
                              f"Content-Length: {len(body)}", body=body))
        self.assert_problem(self.raw.answer(), 400)

    def test_refuses_what_is_not_utf_8_or_not_json(self):
        for body in (b'{"student_id":"\xff\xfe"}', b"{} {}", b"", b"nul", b"{",
                     b"[]", b"3", b'{"student_id":3,"section_ids":[]}'):
            with self.subTest(body):
                self.assert_refused(body)


if __name__ == "__main__":
    unittest.main()
