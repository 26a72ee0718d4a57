"""The checker finds each kind of violation."""

import time
import unittest

from history import history


def told(status, student="a", section="s"):
    h = history()
    h.note(student, {"section_id": section, "status": status})
    return h


class the_checker(unittest.TestCase):
    def found(self, h, roster, line, seats=1):
        return list(h.violations({"s": (roster, line)}, {"s": seats}))

    def test_accepts_what_was_told(self):
        self.assertEqual(self.found(told("enrolled"), ["a"], []), [])

    def test_accepts_a_promotion(self):
        self.assertEqual(self.found(told("waitlisted"), ["a"], []), [])

    def test_finds_an_oversold_section(self):
        h = told("enrolled")
        h.note("b", {"section_id": "s", "status": "enrolled"})
        self.assertIn("2 enrolled in 1", self.found(h, ["a", "b"], [])[0])

    def test_lets_a_lowered_capacity_evict_nobody(self):
        h = told("enrolled")
        self.assertEqual(self.found(h, ["a"], []), [])
        self.assertEqual(self.found(h, ["a"], [], 0), [])

    def test_finds_who_came_in_above_a_lowered_capacity(self):
        h = told("enrolled")
        self.assertEqual(self.found(h, ["a"], []), [])
        h.note("a", {"section_id": "s", "status": "dropped"})
        h.note("a", {"section_id": "s", "status": "enrolled"})
        self.assertIn("1 enrolled in 0", self.found(h, ["a"], [], 0)[0])

    def test_finds_a_lost_acknowledgement(self):
        self.assertIn("is gone", self.found(told("enrolled"), [], [])[0])

    def test_finds_an_effect_that_nobody_was_told(self):
        self.assertIn("nobody was told",
                      self.found(history(), ["a"], [])[0])

    def test_finds_a_seat_that_nobody_gets(self):
        self.assertIn("a seat is free",
                      self.found(told("waitlisted"), [], ["a"])[0])

    def test_finds_a_student_twice(self):
        self.assertTrue(self.found(told("enrolled"), ["a", "a"], [], 2))

    def test_finds_a_demotion(self):
        self.assertTrue(any("and waits" in x for x in self.found(
            told("enrolled"), [], ["a"], 0)))

    def test_finds_a_changed_order(self):
        h = told("waitlisted")
        h.note("b", {"section_id": "s", "status": "waitlisted"})
        self.assertEqual(self.found(h, [], ["a", "b"], 0), [])
        self.assertIn("order", self.found(h, [], ["b", "a"], 0)[0])

    def test_finds_a_newcomer_who_went_past_a_waiter(self):
        h = told("waitlisted")
        h.note("b", {"section_id": "s", "status": "enrolled"},
               time.monotonic())
        self.assertIn("went past", self.found(h, ["b"], ["a"])[0])

    def test_finds_a_promotion_of_the_second(self):
        h = told("waitlisted")
        h.note("b", {"section_id": "s", "status": "waitlisted"},
               time.monotonic())
        self.assertEqual(self.found(h, ["a"], ["b"]), [])
        self.assertIn("went past", self.found(h, ["b"], ["a"])[0])

    def test_finds_who_is_ahead_of_an_earlier_waiter(self):
        h = told("waitlisted")
        h.note("b", {"section_id": "s", "status": "waitlisted"},
               time.monotonic())
        self.assertIn("went past", self.found(h, [], ["b", "a"], 0)[0])

    def test_lets_requests_at_the_same_time_have_either_order(self):
        asked_at = time.monotonic()
        h = told("waitlisted")
        h.note("b", {"section_id": "s", "status": "waitlisted"}, asked_at)
        self.assertEqual(self.found(h, ["b"], ["a"]), [])

    def test_finds_an_effect_that_happened_twice(self):
        for status in ("enrolled", "waitlisted"):
            with self.assertRaises(AssertionError):
                told("enrolled").note("a", {"section_id": "s",
                                            "status": status})

    def test_finds_a_drop_of_nothing(self):
        for status in ("dropped", "left_waitlist"):
            with self.assertRaises(AssertionError):
                told(status)

    def test_finds_a_seat_that_had_become_a_place_in_the_line(self):
        with self.assertRaises(AssertionError):
            told("enrolled").note("a", {"section_id": "s",
                                        "status": "left_waitlist"})

    def test_lets_a_student_leave_and_join_at_the_end(self):
        h = told("waitlisted")
        h.note("b", {"section_id": "s", "status": "waitlisted"})
        self.assertEqual(self.found(h, [], ["a", "b"], 0), [])
        h.note("a", {"section_id": "s", "status": "left_waitlist"})
        h.note("a", {"section_id": "s", "status": "waitlisted"})
        self.assertEqual(self.found(h, [], ["b", "a"], 0), [])


if __name__ == "__main__":
    unittest.main()
