"""A real server: every fault of the interface, the life of an idempotency key,
and what every request meets."""

import gzip
import re
import unittest

from http_case import http_case, request
from served import client, served, student_id, wait_until


class faults_of_requests(http_case):
    def register(self, **changes):
        body = {"student_id": student_id(1), "section_ids": [self.section]}
        body.update(changes)
        return self.post("/register", body)

    def test_is_400_for_every_fault_of_the_body(self):
        faults = [
            {"student_id": "x"}, {"student_id": ""}, {"section_ids": []},
            {"section_ids": ["x"]}, {"section_ids": [self.section] * 21},
            {"idempotency_key": ""}, {"idempotency_key": "k" * 256},
            {"idempotency_key": "k\u00e9"}, {"section_ids": self.section},
        ]
        for fault in faults:
            with self.subTest(fault):
                got = self.register(**fault)
                self.assertEqual(got.status, 400, got.body)

    def test_judges_the_content_type_before_the_body(self):
        self.raw.send(request("POST", "/api/v1/register",
                              "Content-Type: text/plain",
                              "Content-Length: 3", body=b"???"))
        self.assert_problem(self.raw.answer(), 415)

    def test_knows_its_paths_and_methods(self):
        self.assertEqual(self.client.ask("GET", "/nothing").status, 404)
        got = self.client.ask("DELETE", "/api/v1/sections")
        self.assertEqual(got.status, 405)
        self.assertIn("GET", got.headers["allow"])
        self.assertEqual(self.client.ask("HEAD", "/live").body, "")

    def test_is_400_for_every_fault_of_a_query(self):
        for query in ("limit=0", "limit=201", "limit=x", "open=yes",
                      "cursor=!", "ids=x", "unknown=1", "limit=1&limit=2",
                      "course=%zz"):
            with self.subTest(query):
                got = self.client.ask("GET", "/api/v1/sections?" + query)
                self.assertEqual(got.status, 400, got.body)

    def test_pages_through_sections(self):
        first = self.client.ask("GET", "/api/v1/sections?limit=1").json
        second = self.client.ask(
            "GET", "/api/v1/sections?limit=1&cursor="
            + first["next_cursor"]).json
        ids = {first["sections"][0]["section_id"],
               second["sections"][0]["section_id"]}
        self.assertEqual(ids, {self.section, self.other})
        self.assertNotIn("next_cursor", second)

    def test_says_404_and_403_for_students(self):
        unknown = self.register(student_id=student_id(999_999))
        self.assertEqual(unknown.status, 404)
        self.assertEqual(unknown.json["code"], "student_not_found")
        path = "/api/v1/students/" + student_id(20)
        got = self.client.ask("PATCH", path,
                              {"enrollment_status": "suspended"})
        self.assertEqual(got.status, 200, got.body)
        barred = self.register(student_id=student_id(20))
        self.assertEqual(barred.status, 403)
        self.assertEqual(barred.json["code"], "student_inactive")

    def test_answers_unknown_and_doubled_sections_in_place(self):
        nowhere = "00000000-0000-0000-0000-000000000000"
        got = self.register(
            student_id=student_id(19),
            section_ids=[nowhere, self.other, self.other]).json
        self.assertEqual([x["status"] for x in got["results"]],
                         ["rejected", "enrolled", "rejected"])
        self.assertEqual(got["results"][0]["code"], "section_not_found")
        self.assertEqual(got["results"][2]["code"], "duplicate_in_request")
        self.assertEqual(got["summary"]["rejected"], 2)

    def test_compares_versions_of_a_section(self):
        path = f"/api/v1/sections/{self.other}"
        seen = self.client.ask("GET", path)
        etag = seen.headers["etag"]
        self.assertRegex(etag, r'^"\d+-\d+"$')
        for wrong in ("abc", '"1"', '"-"'):
            got = self.client.ask("PATCH", path, {"total_seats": 9},
                                  {"If-Match": wrong})
            self.assertEqual(got.status, 400, wrong)
        changed = self.client.ask("PATCH", path, {"total_seats": 9},
                                  {"If-Match": etag})
        self.assertEqual(changed.status, 200, changed.body)
        self.assertEqual(changed.json["total_seats"], 9)
        late = self.client.ask("PATCH", path, {"total_seats": 8},
                               {"If-Match": etag})
        self.assertEqual(late.status, 412)

    def test_makes_and_echoes_request_ids(self):
        got = self.client.ask("GET", "/live", None, {"X-Request-Id": "abc"})
        self.assertEqual(got.headers["x-request-id"], "abc")
        made = self.client.ask("GET", "/live", None,
                               {"X-Request-Id": "x" * 129})
        self.assertEqual(len(made.headers["x-request-id"]), 36)

    def test_keeps_what_is_personal_out_of_caches(self):
        got = self.client.ask(
            "GET", f"/api/v1/students/{student_id(1)}/registrations")
        self.assertEqual(got.headers["cache-control"], "no-store")

    def test_creates_rows_and_names_what_is_taken(self):
        body = {"course_code": "NEW 1", "course_name": "New"}
        made = self.post("/courses", body)
        self.assertEqual(made.status, 201, made.body)
        there = self.client.ask("GET", made.headers["location"])
        self.assertEqual(there.json["course_code"], "NEW 1")
        again = self.post("/courses", body)
        self.assertEqual(again.status, 409)
        self.assertIn("course_code", again.json["detail"])


class the_life_of_a_key(http_case):
    def register(self, number, key=None, member=None, sections=None):
        body = {"student_id": student_id(number),
                "section_ids": sections or [self.section]}
        if member is not None:
            body["idempotency_key"] = member
        headers = {} if key is None else {"Idempotency_Key": key}
        return self.post("/register", body, **headers)

    def test_replays_the_same_bytes(self):
        first = self.register(2, "k1")
        again = self.register(2, "k1")
        self.assertEqual(first.status, 200, first.body)
        self.assertEqual(again.body, first.body)
        self.assertFalse(first.is_replay)
        self.assertTrue(again.is_replay)

    def test_takes_the_key_bare_quoted_or_from_the_body(self):
        first = self.register(3, "k2")
        self.assertTrue(self.register(3, '"k2"').is_replay)
        self.assertTrue(self.register(3, member="k2").is_replay)
        self.assertTrue(self.register(3, "k2", "k2").is_replay)
        self.assertEqual(self.register(3, "k2", "other").status, 400)
        self.assertEqual(first.status, 200)

    def test_refuses_a_key_with_other_data(self):
        self.register(4, "k3")
        got = self.register(4, "k3", sections=[self.other])
        self.assertEqual(got.status, 422)
        self.assertEqual(got.json["code"], "key_mismatch")

    def test_scopes_a_key_to_its_student_and_route(self):
        self.register(5, "k4")
        self.assertFalse(self.register(6, "k4").is_replay)
        body = {"student_id": student_id(5), "section_ids": [self.section]}
        dropped = self.post("/drop", body, Idempotency_Key="k4")
        self.assertEqual(dropped.status, 200, dropped.body)
        self.assertFalse(dropped.is_replay)

    def test_says_already_registered_without_a_key(self):
        self.register(7)
        got = self.register(7).json["results"][0]
        self.assertEqual(got["status"], "already_registered")

    def test_replays_a_place_in_the_line_after_a_promotion(self):
        for number in range(8, 12):
            last = self.register(number, f"line-{number}")
        self.assertEqual(last.json["results"][0]["status"], "waitlisted")
        again = self.register(11, "line-11")
        self.assertEqual(again.body, last.body)


class what_every_request_meets(http_case):
    TRACE = "0af7651916cd43dd8448eb211c80319c"

    def test_carries_a_trace_into_the_log_beside_the_business_request(self):
        body = {"student_id": student_id(18), "section_ids": [self.other]}
        got = self.post("/register", body,
                        traceparent=f"00-{self.TRACE}-b7ad6b7169203331-01")
        self.assertEqual(got.status, 200, got.body)
        self.assertEqual(got.headers["traceparent"][3:35], self.TRACE)
        line = f"trace {self.TRACE} as {got.json['request_id']} from 127."
        wait_until(f"a log line with {line}",
                   lambda: line in self.server.log.read_text())

    def test_answers_304_until_something_has_changed(self):
        path = f"/api/v1/sections/{self.section}"
        seen = self.client.ask("GET", path)
        tag = {"If-None-Match": seen.headers["etag"]}
        again = self.client.ask("GET", path, None, tag)
        self.assertEqual((again.status, again.body), (304, ""))
        changed = self.client.ask("PATCH", path, {"waitlist_capacity": 1_000})
        self.assertEqual(changed.status, 200, changed.body)
        self.assertEqual(self.client.ask("GET", path, None, tag).status, 200)

    def test_compresses_a_large_list_on_request(self):
        path = "/api/v1/courses?limit=200"
        for number in range(20):
            self.post("/courses", {"course_code": f"LARGE {number}",
                                   "course_name": "A course " * 5})
        plain = self.client.ask("GET", path)
        self.raw.send(request("GET", path, "Accept-Encoding: gzip"))
        while b"\r\n\r\n" not in self.raw.buffer:
            self.assertTrue(self.raw.fill())
        head, _, rest = self.raw.buffer.partition(b"\r\n\r\n")
        self.assertIn(b"\r\nContent-Encoding: gzip\r\n", head)
        size = int(re.search(rb"Content-Length: (\d+)", head).group(1))
        while len(rest) < size:
            self.raw.buffer = b""
            self.assertTrue(self.raw.fill())
            rest += self.raw.buffer
        self.assertEqual(gzip.decompress(rest).decode(), plain.body)

    def test_follows_the_links_of_a_list_to_its_end(self):
        for number in range(3):
            self.post("/semesters", {
                "semester_name": f"link-{number}",
                "registration_start": "2024-01-01T00:00:00Z",
                "registration_end": "2024-02-01T00:00:00Z"})
        path, names = "/api/v1/semesters?limit=1", []
        while path:
            got = self.client.ask("GET", path)
            names += [x["semester_name"] for x in got.json["semesters"]]
            link = re.match(r'<(.*)>; rel="next"$',
                            got.headers.get("link", ""))
            path = link and link.group(1)
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual({"link-0", "link-1", "link-2", "test"},
                             set(names))

    def test_says_what_a_path_takes(self):
        got = self.client.ask("OPTIONS", "/api/v1/sections")
        self.assertEqual(got.status, 204)
        self.assertEqual(got.headers["allow"], "GET, HEAD, POST, OPTIONS")


class limits_that_are_set(unittest.TestCase):
    def test_bound_one_address_and_one_student(self):
        with served() as server:
            config = server.directory / "registrar.toml"
            config.write_text("[rate_limits]\nper_address = 5\n"
                              "per_student = 2\n"
                              '[cors]\norigins = ["https://a.example"]\n')
            section, = server.import_sections([("LIMIT 1", "A00", 5)], 5)
            server.start("--config", str(config))
            asker = client(server.port)

            def register(number, **headers):
                body = {"student_id": student_id(number),
                        "section_ids": [section]}
                return asker.ask("POST", "/api/v1/register", body, headers)

            statuses = [register(1).status for _ in range(3)]
            self.assertEqual(statuses, [200, 200, 429])
            self.assertEqual(register(2).status, 200)
            seen = [asker.ask("GET", "/api/v1/courses", None, {
                "X-Forwarded-For": "10.0.0.1",
                "Origin": "https://a.example"}) for _ in range(6)]
            self.assertEqual([x.status for x in seen], [200] * 5 + [429])
            self.assertEqual(seen[5].json["code"], "rate_limited")
            self.assertGreater(int(seen[5].headers["retry-after"]), 0)
            self.assertEqual(seen[5].headers["access-control-allow-origin"],
                             "https://a.example")
            asker.close()


if __name__ == "__main__":
    unittest.main()
