"""Clients who register and drop with idempotency keys, each asking again until
it is answered; and what must hold of the live state at a quiet moment."""

import collections
import http.client
import random
import threading
import time

from history import history
from served import client, student_id, wait_until

CLIENTS = 8
STUDENTS_OF_CLIENT = 30
STUDENTS = CLIENTS * STUDENTS_OF_CLIENT
# A client that is not answered by then found a service that does not heal.
ANSWER_PATIENCE_S = 120
QUIET_PATIENCE_S = 150


def reason_of(got):
    """Of a problem from the service, or from the proxy before it."""
    try:
        return got.json["code"], got.json["detail"]
    except (ValueError, KeyError, TypeError):
        return got.status, got.body


class one_client(threading.Thread):
    """Its own students, one request at a time."""

    def __init__(self, number, traffic):
        super().__init__(daemon=True)
        self.random = random.Random(traffic.seed * 100 + number)
        self.number = number
        self.traffic = traffic
        self.client = client(traffic.port)
        self.students = [student_id(number * STUDENTS_OF_CLIENT + i + 1)
                         for i in range(STUDENTS_OF_CLIENT)]
        self.made = 0
        self.answered = []
        self.error = None

    def run(self):
        traffic = self.traffic
        try:
            while not traffic.ended.is_set():
                traffic.gate.wait()
                with traffic.lock:
                    traffic.at_work += 1
                try:
                    if traffic.gate.is_set() and not traffic.ended.is_set():
                        self.one_request()
                finally:
                    with traffic.lock:
                        traffic.at_work -= 1
        except BaseException as error:  # shown by the main thread
            self.error = error
            traffic.ended.set()

    def one_request(self):
        if self.answered and self.random.random() < 0.1:
            self.replay(*self.random.choice(self.answered))
            return
        self.made += 1
        student = self.random.choice(self.students)
        body = {"student_id": student,
                "section_ids": self.random.sample(
                    self.traffic.sections, self.random.randint(1, 3))}
        path = "/api/v1/" + self.random.choice(
            ["register", "register", "drop"])
        key = f"client-{self.number}-{self.made}"
        if self.random.random() < 0.05:
            got = self.twice_at_once(path, body, key)
        else:
            got = self.until_answered(self.client, path, body, key)
        with self.traffic.lock:
            self.traffic.latest_sent = max(self.traffic.latest_sent,
                                           got.sent_at)
            for result in got.json["results"]:
                # Lines have no bound and windows are open.
                assert result["status"] != "rejected", f"{key}: {got.body}"
                self.traffic.history.note(student, result, got.asked_at)
        self.answered.append((path, body, key, got.body))

    def twice_at_once(self, path, body, key):
        """As an impatient client does: one effect, one answer."""
        answers = []

        def ask(through):
            try:
                answers.append(self.until_answered(through, path, body, key))
            except BaseException as error:  # raised below
                answers.append(error)

        second = client(self.traffic.port)
        other = threading.Thread(target=ask, args=(second,))
        other.start()
        ask(self.client)
        other.join()
        second.close()
        for each in answers:
            if isinstance(each, BaseException):
                raise each
        assert answers[0].body == answers[1].body, \
            f"{key}: answered {answers[0].body} and {answers[1].body}"
        assert answers[0].is_replay or answers[1].is_replay, \
            f"{key}: of two answers one is a replay"
        answers[0].asked_at = min(x.asked_at for x in answers)
        answers[0].sent_at = max(x.sent_at for x in answers)
        return answers[0]

    def replay(self, path, body, key, before):
        got = self.until_answered(self.client, path, body, key)
        assert got.body == before, \
            f"{key}: answered {before} and then {got.body}"
        assert got.is_replay, f"{key}: a replay does not say that it is one"
        with self.traffic.lock:
            self.traffic.replays += 1

    def until_answered(self, through, path, body, key):
        asked_at = time.monotonic()
        deadline = asked_at + ANSWER_PATIENCE_S
        last = "nothing"
        while time.monotonic() < deadline:
            sent_at = time.monotonic()
            try:
                got = through.ask("POST", path, body,
                                  {"Idempotency-Key": key})
            except ConnectionRefusedError as error:
                last = repr(error)
                time.sleep(0.02)
                continue
            except (OSError, http.client.HTTPException) as error:
                last = repr(error)
                with self.traffic.lock:
                    self.traffic.in_doubt += 1
                time.sleep(0.01)
                continue
            if got.status == 200:
                got.asked_at, got.sent_at = asked_at, sent_at
                return got
            if got.status not in (409, 503):
                raise AssertionError(f"{key}: {got.status} {got.body}")
            assert "retry-after" in got.headers, got.status
            last = got.body
            with self.traffic.lock:
                self.traffic.turned_away += 1
                self.traffic.unavailable += got.status == 503
                self.traffic.refusals[reason_of(got)] += 1
            time.sleep(0.02)
        raise AssertionError(
            f"{key}: no answer in {ANSWER_PATIENCE_S} s, at last {last}")


class traffic:
    """All clients, and what they were told."""

    def __init__(self, port, capacities, seed):
        self.port = port
        self.capacities = capacities
        self.sections = list(capacities)
        self.seed = seed
        self.history = history()
        self.lock = threading.Lock()
        self.gate = threading.Event()
        self.ended = threading.Event()
        self.at_work = 0
        # When the latest of the acknowledged requests was sent.
        self.latest_sent = 0.0
        # Requests whose answer was lost, and those that got 409 or 503.
        self.in_doubt = 0
        self.turned_away = 0
        # The latter: a 409 is an impatient client's own doing.
        self.unavailable = 0
        # Why, as the service said it.
        self.refusals = collections.Counter()
        self.replays = 0
        self.clients = [one_client(i, self) for i in range(CLIENTS)]

    @property
    def acknowledged(self):
        return self.history.acknowledged

    def start(self):
        for each in self.clients:
            each.start()
        self.gate.set()

    def await_acknowledgements(self, count, when, patience_s=60):
        """Until `count` more have come."""
        before = self.acknowledged
        wait_until(f"{count} acknowledgements {when}",
                   lambda: self.acknowledged >= before + count
                   or self.ended.is_set(), patience_s)
        self.expect_no_error()

    def pause(self):
        """Returns when every client has its answer."""
        self.gate.clear()
        wait_until("all clients to finish their request",
                   lambda: self.at_work == 0 or self.ended.is_set(),
                   QUIET_PATIENCE_S)
        self.expect_no_error()

    def check(self):
        """Holds the live state against what clients were told; paused from
        then on. @returns section -> (roster, waitlist), as the API has them."""
        self.pause()
        asking = client(self.port)
        rows = {x: live_state(asking, x) for x in self.sections}
        asking.close()
        students = {x: tuple([y["student_id"] for y in of] for of in both)
                    for x, both in rows.items()}
        found = list(self.history.violations(students, self.capacities))
        assert not found, "\n".join(found[:20])
        return rows

    def change_seats(self, asking, section, seats):
        """While clients are paused. Asking again does no harm."""
        def is_taken():
            try:
                got = asking.ask("PATCH", f"/api/v1/sections/{section}",
                                 {"total_seats": seats})
            except (OSError, http.client.HTTPException):
                return False
            assert got.status in (200, 503), f"{got.status} {got.body}"
            return got.status == 200

        wait_until("another number of seats", is_taken)
        self.capacities[section] = seats

    def go_on(self):
        self.gate.set()

    def end(self):
        self.ended.set()
        self.gate.set()
        for each in self.clients:
            each.join(QUIET_PATIENCE_S)
            each.client.close()
        self.expect_no_error()

    def expect_no_error(self):
        for each in self.clients:
            if each.error:
                raise each.error


def live_state(asking, section):
    """(roster, waitlist) of a section that is served."""
    result = []
    for of in ("roster", "waitlist"):
        path = f"/api/v1/sections/{section}/{of}"
        got = until_served(asking, path)
        result.append(got.json[of])
    return tuple(result)


def until_served(asking, path, patience_s=60):
    """Reads `path`; a 503 may pass."""
    last = []

    def is_served():
        try:
            last[:] = [asking.ask("GET", path)]
        except (OSError, http.client.HTTPException) as error:
            last[:] = [error]
            return False
        return last[0].status == 200 or last[0].status != 503

    wait_until(f"an answer to GET {path}", is_served, patience_s)
    assert last[0].status == 200, f"{path}: {last[0].status} {last[0].body}"
    return last[0]
