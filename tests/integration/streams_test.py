"""Streams of a real server: seats and places as they change, at their pace,
from where they were left, through a restart."""

import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))

from served import client, served, student_id, wait_until  # noqa: E402
from streams import refused, stream  # noqa: E402

STUDENTS = 60
PERIOD_S = 0.25


class streams_case(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.small, self.large = self.server.import_sections(
            [("PUSH 1", "A00", 2), ("PUSH 1", "B00", 1000)], STUDENTS)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def open(self, path, last_id=None, headers=None):
        made = stream(self.server.port, "/api/v1" + path, last_id, headers)
        self.addCleanup(made.close)
        return made

    def watch(self, *sections, last_id=None):
        return self.open("/sections/stream?ids=" + ",".join(sections), last_id)

    def follow(self, number, last_id=None):
        return self.open(f"/students/{student_id(number)}/stream", last_id)

    def ask(self, what, number, *sections):
        got = self.client.ask("POST", f"/api/v1/{what}", {
            "student_id": student_id(number), "section_ids": sections})
        self.assertEqual(got.status, 200, got.body)
        return got.json

    def feed(self):
        actors = self.client.ask("GET", "/health?verbose").json["actors"]
        return next(x for x in actors if x["name"] == "event-feed")["figures"]


class seats(streams_case):
    def test_come_at_once_and_as_they_change(self):
        events = self.watch(self.small, self.large)
        self.assertEqual(events.answer.headers["content-type"],
                         "text/event-stream")
        first = [events.next(), events.next()]
        self.assertEqual({x.json["section_id"] for x in first},
                         {self.small, self.large})
        self.assertTrue(1000 <= events.retry_ms <= 4000)
        for number in (1, 2, 3):
            self.ask("register", number, self.small)
        last = events.until(lambda x: x.json["waitlisted"] == 1)
        whole = self.client.ask("GET", f"/api/v1/sections/{self.small}").json
        self.assertEqual(last.json, whole)
        self.assertEqual(last.name, "section")
        got = self.client.ask("PATCH", f"/api/v1/sections/{self.small}",
                              {"total_seats": 3})
        self.assertEqual(got.status, 200)
        raised = events.until(lambda x: x.json["total_seats"] == 3)
        self.assertEqual(raised.json, got.json)

    def test_come_at_most_once_in_a_quarter_of_a_second(self):
        began = time.monotonic()
        events = self.watch(self.large)
        got = [events.next()]

        def register():
            asking = client(self.server.port)
            for number in list(range(1, STUDENTS)) * 4:
                for what in ("register", "drop"):
                    asking.ask("POST", f"/api/v1/{what}", {
                        "student_id": student_id(number),
                        "section_ids": [self.large]})
            # Two at once are the end.
            for number in (1, 2):
                asking.ask("POST", "/api/v1/register", {
                    "student_id": student_id(number),
                    "section_ids": [self.large]})
            asking.close()

        pushing = threading.Thread(target=register)
        pushing.start()
        while got[-1].json["enrolled"] < 2:
            got.append(events.next())
        pushing.join()
        self.assertLessEqual(len(got), (got[-1].at - began) / PERIOD_S + 1)
        self.assertGreater(len(got), 1)
        print(f"{len(got)} events in {got[-1].at - began:.1f} s", flush=True)

    def test_go_on_from_the_last_event(self):
        events = self.watch(self.small, self.large)
        events.next()
        last = events.next().id
        events.close()
        again = self.watch(self.large, self.small, last_id=last)
        self.ask("register", 1, self.small)
        changed = again.next()
        self.assertEqual((changed.json["section_id"],
                          changed.json["enrolled"]), (self.small, 1))
        again.close()
        # What changed while nobody listened.
        self.ask("register", 2, self.small)
        time_to_tell = self.watch(self.small, self.large, last_id=changed.id)
        self.assertEqual(time_to_tell.until(
            lambda x: x.json["enrolled"] == 2).json["section_id"], self.small)
        everything = self.watch(self.small, self.large, last_id="nonsense")
        self.assertEqual({everything.next().json["section_id"]
                          for _ in range(2)}, {self.small, self.large})

    def test_go_on_after_a_restart_of_the_server(self):
        events = self.watch(self.small, self.large)
        events.next()
        events.next()
        self.ask("register", 1, self.small)
        last = events.until(lambda x: x.json["enrolled"] == 1)
        self.assertEqual(self.server.stop(), 0)
        # It ended as a whole answer does.
        self.assertIsNone(events.next())
        self.assertFalse(events.is_cut)
        self.server.start()
        self.client.close()
        again = self.watch(self.small, self.large, last_id=last.id)
        self.ask("register", 2, self.small)
        self.assertEqual(again.next().json["enrolled"], 2)

    def test_of_nothing_are_refused(self):
        for query, status in (("", 400), ("?ids=x", 400),
                              (f"?ids={self.small},", 400),
                              (f"?ids={student_id(1)}", 404)):
            with self.assertRaises(refused) as found:
                self.open("/sections/stream" + query)
            self.assertEqual(found.exception.status, status)


class places(streams_case):
    def place(self, got):
        row, = got.json["registrations"]
        return row.get("waitlist_position", row["status"])

    def test_move_up_to_the_seat(self):
        for number in (1, 2, 3, 4):
            self.ask("register", number, self.small)
        events = self.follow(4)
        first = events.next()
        self.assertEqual(first.name, "registrations")
        self.assertEqual(self.place(first), 2)
        self.ask("drop", 3, self.small)
        self.assertEqual(self.place(events.next()), 1)
        self.ask("drop", 1, self.small)
        last = events.next()
        self.assertEqual(self.place(last), "enrolled")
        whole = self.client.ask(
            "GET", f"/api/v1/students/{student_id(4)}/registrations").json
        self.assertEqual(last.json, whole)

    def test_follow_what_the_student_does_elsewhere(self):
        events = self.follow(5)
        self.assertEqual(events.next().json["registrations"], [])
        self.ask("register", 5, self.large)
        self.assertEqual(self.place(events.next()), "enrolled")
        self.ask("register", 5, self.small)
        self.assertEqual(len(events.next().json["registrations"]), 2)
        self.ask("drop", 5, self.small, self.large)
        events.until(lambda x: x.json["registrations"] == [])

    def test_go_on_from_the_last_event_through_a_kill(self):
        for number in (1, 2, 3):
            self.ask("register", number, self.small)
        events = self.follow(3)
        last = events.next()
        self.server.kill()
        self.assertIsNone(events.next())
        self.server.start()
        self.client.close()
        again = self.follow(3, last.id)
        self.ask("drop", 1, self.small)
        self.assertEqual(self.place(again.next()), "enrolled")

    def test_are_forgotten_with_their_watchers(self):
        events = [self.follow(number) for number in (1, 2)]
        events.append(self.watch(self.large))
        for one in events:
            one.next()
        self.assertEqual((self.feed()["students"], self.feed()["sections"]),
                         (2, 1))
        for one in events:
            one.close()
        wait_until("nobody to watch", lambda: not (
            self.feed()["students"] or self.feed()["sections"]))
        reads = self.feed()["reads"]
        for number in range(1, 20):
            self.ask("register", number, self.large)
        time.sleep(2 * PERIOD_S)
        self.assertEqual(self.feed()["reads"], reads)


if __name__ == "__main__":
    unittest.main()
