"""What clients were told, and what must therefore hold at a quiet moment."""

import collections
import math
import time

ENROLLED, WAITING = "enrolled", "waitlisted"


class history:
    """Answers by (student, section). One client owns a student, so that the
    answers about a student are in the order of the requests."""

    def __init__(self):
        self.told = {}
        # When those who are in asked for it first, and when they were told.
        self.joined = {}
        self.changes = collections.Counter()
        self.lines = {}
        self.seats = {}
        self.acknowledged = 0

    def note(self, student, result, asked_at=-math.inf):
        """`result`: one member of `results` of a 200 answer, once, to a request
        that was first sent at `asked_at`."""
        key = (student, result["section_id"])
        status = result["status"]
        if status in (ENROLLED, WAITING):
            if key in self.told:
                raise AssertionError(f"{key} was told {self.told[key]} and is "
                                     f"{status} once more")
            self.told[key] = status
            self.joined[key] = (asked_at, time.monotonic())
            self.changes[key] += 1
        elif status in ("dropped", "left_waitlist"):
            before = self.told.pop(key, None)
            if before is None:
                raise AssertionError(f"{key} was {status} and was never in")
            if status == "left_waitlist" and before == ENROLLED:
                raise AssertionError(f"{key} was told enrolled and waited")
            self.changes[key] += 1
        elif status == "not_registered" and key in self.told:
            raise AssertionError(f"{key} was told {self.told[key]} and is "
                                 "not registered now")
        elif status == "already_registered" and key not in self.told:
            raise AssertionError(f"{key} is registered and was never told so")
        self.acknowledged += 1

    def violations(self, states, capacities):
        """states: section -> (roster, waitlist), lists of student ids."""
        seen = {}
        for section, (roster, line) in states.items():
            yield from self.seat_violations(section, roster,
                                            capacities[section])
            if line and len(roster) < capacities[section]:
                yield f"{section}: a seat is free while {len(line)} wait"
            if len(set(roster + line)) != len(roster + line):
                yield f"{section}: a student is there twice"
            yield from self.order_violations(section, line)
            yield from self.place_violations(section, roster, line)
            seen.update({(x, section): ENROLLED for x in roster})
            seen.update({(x, section): WAITING for x in line})
        for key, status in self.told.items():
            found = seen.get(key)
            if found is None:
                yield f"{key}: was told {status} and is gone"
            elif status == ENROLLED and found == WAITING:
                yield f"{key}: was told enrolled and waits"
        for key in seen.keys() - self.told.keys():
            yield f"{key}: is {seen[key]} and nobody was told so"

    def seat_violations(self, section, roster, capacity):
        """Above a capacity that was lowered nobody is evicted and nobody comes
        in, so that those who are in were in before."""
        now = {x: self.changes[(x, section)] for x in roster}
        before = self.seats.get(section, {})
        if len(roster) > capacity:
            newcomers = [x for x, count in now.items()
                         if before.get(x) != count]
            if newcomers:
                yield f"{section}: {len(roster)} enrolled in {capacity} " \
                      f"seats, {len(newcomers)} of them lately"
        self.seats[section] = now

    def place_violations(self, section, roster, line):
        """Who asked only when another had been told to wait, who waits still,
        is behind them: neither a newcomer nor a promotion goes past."""
        told_behind = math.inf
        for place, student in reversed(list(enumerate(roster + line))):
            asked, told = self.joined.get((student, section),
                                          (-math.inf, math.inf))
            if asked > told_behind:
                yield f"{section}: {student} went past somebody who waits"
            if place >= len(roster):
                told_behind = min(told_behind, told)

    def order_violations(self, section, line):
        """Two who waited before and wait still keep their order."""
        before = self.lines.get(section, {})
        now = {x: (self.changes[(x, section)], i)
               for i, x in enumerate(line)}
        stayed = sorted((place, x) for x, (count, place) in before.items()
                        if x in now and now[x][0] == count)
        places = [now[x][1] for _, x in stayed]
        if places != sorted(places):
            yield f"{section}: the waitlist changed its order"
        self.lines[section] = now
