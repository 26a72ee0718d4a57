"""Kills the server again and again under load; nothing acknowledged is lost.

Load with idempotency keys from several connections. At each kill: `verify` on
the files as the kill left them, a restart, every request in doubt asked again
with its key, then at a quiet moment the whole live state held against what
clients were told. REGISTRAR_KILLS sets how many (100; fewer where verify has to
wait for the end of the dead server's lease each time), REGISTRAR_SEED the
random choices.
"""

import http.client
import os
import random
import sys
import threading
import time

from history import history
from served import client, served, student_id, wait_until

KILLS = int(os.environ.get("REGISTRAR_KILLS")
            or os.environ.get("REGISTRAR_KILLS_DEFAULT", "100"))
SEED = int(os.environ.get("REGISTRAR_SEED", str(random.randrange(2**32))))
CLIENTS = 8
STUDENTS_OF_CLIENT = 30
SEATS = [3, 5, 8, 13, 21, 30]
# Below this many acknowledgements a kill proves little.
ACKNOWLEDGED_PER_KILL_MIN = 20
REPLAYS_KEPT = 50


class load(threading.Thread):
    """One client: its own students, one request at a time."""

    def __init__(self, number, port, sections, shared):
        super().__init__(daemon=True)
        self.random = random.Random(SEED * 100 + number)
        self.number = number
        self.client = client(port)
        self.sections = sections
        self.shared = shared
        self.students = [student_id(number * STUDENTS_OF_CLIENT + i + 1)
                         for i in range(STUDENTS_OF_CLIENT)]
        self.made = 0
        self.answered = []
        self.error = None

    def run(self):
        try:
            while not self.shared.ended.is_set():
                self.shared.gate.wait()
                with self.shared.working:
                    self.shared.at_work += 1
                try:
                    if self.shared.gate.is_set():
                        self.one_request()
                finally:
                    with self.shared.working:
                        self.shared.at_work -= 1
        except BaseException as error:  # shown by the main thread
            self.error = error
            self.shared.ended.set()

    def one_request(self):
        if self.answered and self.random.random() < 0.1:
            self.replay(*self.random.choice(self.answered))
            return
        self.made += 1
        student = self.random.choice(self.students)
        body = {"student_id": student,
                "section_ids": self.random.sample(
                    self.sections, self.random.randint(1, 3))}
        path = "/api/v1/" + self.random.choice(
            ["register", "register", "drop"])
        key = f"client-{self.number}-{self.made}"
        got = self.until_answered(path, body, key)
        with self.shared.lock:
            for result in got.json["results"]:
                self.shared.history.note(student, result)
        self.answered.append((path, body, key, got.body))
        del self.answered[:-REPLAYS_KEPT]

    def replay(self, path, body, key, before):
        got = self.until_answered(path, body, key)
        assert got.body == before, \
            f"{key}: answered {before} and then {got.body}"
        assert got.is_replay, f"{key}: a replay does not say that it is one"
        self.shared.replays += 1

    def until_answered(self, path, body, key):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                got = self.client.ask("POST", path, body,
                                      {"Idempotency-Key": key})
            except (OSError, http.client.HTTPException):
                self.shared.in_doubt += 1
                time.sleep(0.01)
                continue
            if got.status == 200:
                return got
            if got.status not in (409, 503):
                raise AssertionError(f"{key}: {got.status} {got.body}")
            assert "retry-after" in got.headers, got.status
            time.sleep(0.02)
        raise AssertionError(f"{key}: no answer in 120 s")


class shared_state:
    def __init__(self):
        self.history = history()
        self.lock = threading.Lock()
        self.gate = threading.Event()
        self.ended = threading.Event()
        self.working = threading.Lock()
        self.at_work = 0
        self.in_doubt = 0
        self.replays = 0


def live_state(asking, section):
    def students(of):
        got = asking.ask("GET", f"/api/v1/sections/{section}/{of}")
        assert got.status == 200, got.body
        return [x["student_id"] for x in got.json[of]]
    return students("roster"), students("waitlist")


def check_everything(server, shared, capacities):
    shared.gate.clear()
    wait_until("all clients to finish their request",
               lambda: shared.at_work == 0 or shared.ended.is_set(), 150)
    if shared.ended.is_set():
        return
    asking = client(server.port)
    states = {x: live_state(asking, x) for x in capacities}
    asking.close()
    found = list(shared.history.violations(states, capacities))
    assert not found, "\n".join(found[:20])
    shared.gate.set()


def kill_once(server, shared, chooser):
    before = shared.history.acknowledged
    wait_until("acknowledgements between two kills",
               lambda: shared.history.acknowledged
               >= before + ACKNOWLEDGED_PER_KILL_MIN
               or shared.ended.is_set())
    time.sleep(chooser.random() * 0.05)
    server.kill()
    verified = server.verify()
    assert verified.returncode == 0, \
        f"verify says {verified.stdout}{verified.stderr}"
    server.start()


def main():
    print(f"seed {SEED}, {KILLS} kills", flush=True)
    chooser = random.Random(SEED)
    with served() as server:
        rows = [(f"CRASH {i}", "A00", seats)
                for i, seats in enumerate(SEATS)]
        ids = server.import_sections(rows, CLIENTS * STUDENTS_OF_CLIENT)
        capacities = dict(zip(ids, SEATS))
        server.start()
        shared = shared_state()
        clients = [load(i, server.port, ids, shared) for i in range(CLIENTS)]
        for each in clients:
            each.start()
        shared.gate.set()
        for kill in range(1, KILLS + 1):
            if shared.ended.is_set():
                break
            kill_once(server, shared, chooser)
            check_everything(server, shared, capacities)
            if kill % 10 == 0:
                print(f"{kill} kills, {shared.history.acknowledged} "
                      f"acknowledged, {shared.in_doubt} in doubt, "
                      f"{shared.replays} replays", flush=True)
        check_everything(server, shared, capacities)
        shared.ended.set()
        shared.gate.set()
        for each in clients:
            each.join(150)
        errors = [x.error for x in clients if x.error]
        assert not errors, errors[0]
        assert server.stop() == 0
        verified = server.verify()
        assert verified.returncode == 0, verified.stdout
        assert shared.in_doubt > 0 and shared.replays > 0, \
            "no request was in doubt or replayed: the test proved nothing"
        print(f"passed: {shared.history.acknowledged} acknowledged, "
              f"{shared.in_doubt} in doubt, {shared.replays} replays")


if __name__ == "__main__":
    sys.exit(main())
