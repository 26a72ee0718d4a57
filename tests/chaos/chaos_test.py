"""Breaks the service's parts again and again under load, one or two at a time;
nothing acknowledged is lost, and the service heals by itself.

A Redis, a PostgreSQL and a `registrar serve` of this test's own, connected
through gates; faults.py has what befalls them. After each fault the clients
must get answers again, without a restart of the service. Every few faults, and
at the end, the whole live state is held against what clients were told.
REGISTRAR_FAULTS sets how many faults (40), REGISTRAR_SEED the random choices.
"""

import collections
import os
import random
import sys
import time

from faults import kinds
from served import client, wait_until
from traffic import STUDENTS, traffic, until_served
from world import world

FAULTS = int(os.environ.get("REGISTRAR_FAULTS", "40"))
SEED = int(os.environ.get("REGISTRAR_SEED", str(random.randrange(2**32))))
SEATS = [1, 3, 5, 8, 13, 21, 30, 60]
# Fewer after a fault, and the fault proved little.
ACKNOWLEDGED_PER_FAULT_MIN = 40
# While only SQL is broken, registration goes on.
ACKNOWLEDGED_WITHOUT_SQL_MIN = 5
PAIR_EVERY = 4
CHECK_EVERY = 5
STUDENTS_ASKED = 10
# Nothing was lost, so nothing had to be replaced, given up or restarted.
NEVER_LOGGED = ["section-projected", "ledger-behind", "database-sync-stopped",
                "entry-refused", "dead-letter-written", "child-restarted",
                "section-died", "io-handler-threw"]
PATIENCE_S = 60


class figures:
    """Of one kind of fault."""

    def __init__(self):
        self.count = 0
        self.healed_after_s = 0.0
        self.acknowledged_during = 0


class deck:
    """Every kind comes once before one comes again."""

    def __init__(self, chooser):
        self.chooser = chooser
        self.left = []

    def draw(self, beside=()):
        taken = set().union(*(x.parts for x in beside))
        while True:
            for each in self.left:
                if not each.parts & taken:
                    self.left.remove(each)
                    return each
            more = kinds()
            self.chooser.shuffle(more)
            self.left += more


def last_for(faults, load, chooser):
    """While they are on."""
    shortest = max(x.lasts[0] for x in faults)
    longest = max(x.lasts[1] for x in faults)
    before = load.acknowledged
    time.sleep(chooser.uniform(shortest, longest))
    if all(x.concerns_only("postgres") for x in faults):
        left = before + ACKNOWLEDGED_WITHOUT_SQL_MIN - load.acknowledged
        if left > 0:
            load.await_acknowledgements(left, "without SQL", PATIENCE_S)
    return load.acknowledged - before


def heal(here, faults, load):
    """@returns how long it took until clients got answers again."""
    for each in faults:
        each.end(here)
    began = time.monotonic()
    here.await_start()
    load.await_acknowledgements(1, "since the fault", PATIENCE_S)
    first = time.monotonic() - began
    load.await_acknowledgements(ACKNOWLEDGED_PER_FAULT_MIN - 1,
                                "since the fault", PATIENCE_S - first)
    here.expect_running()
    return first


def break_once(here, load, chooser, faults, told):
    for each in faults:
        each.begin(here, chooser)
    during = last_for(faults, load, chooser)
    chooser.shuffle(faults)
    healed_after = heal(here, faults, load)
    for each in faults:
        at = told[each.name]
        at.count += 1
        at.healed_after_s = max(at.healed_after_s, healed_after)
        at.acknowledged_during += during
    if len(faults) > 1:
        told["two at a time"].count += 1


def check_at_rest(load, chooser):
    """Then goes on with another number of seats in one section."""
    rows = load.check()
    asking = client(load.port)
    students = [x["student_id"] for both in rows.values()
                for of in both for x in of]
    for student in chooser.sample(students, min(STUDENTS_ASKED, len(students))):
        got = until_served(asking, f"/api/v1/students/{student}/registrations")
        shown = {(x["section_id"], x["status"], x.get("waitlist_position"))
                 for x in got.json["registrations"]}
        wanted = {(section, *place) for section, both in rows.items()
                  for place in places_of(student, *both)}
        assert shown == wanted, f"{student}: {shown} instead of {wanted}"
    load.change_seats(asking, chooser.choice(load.sections),
                      chooser.choice(SEATS))
    asking.close()
    load.go_on()


def places_of(student, roster, line):
    for x in roster:
        if x["student_id"] == student:
            yield "enrolled", None
    for x in line:
        if x["student_id"] == student:
            yield "waitlisted", x["waitlist_position"]


def await_sql(here, port, sections):
    """Until SQL has what the server at this port says that the ledger has."""
    asking = client(port)
    sequences = {
        x: int(until_served(asking, f"/api/v1/sections/{x}")
               .headers["etag"].strip('"').split("-")[1])
        for x in sections}
    asking.close()
    wait_until("SQL to catch up", lambda: {
        x: here.cursors()[x] for x in sequences} == sequences)


def assert_verified(server, when):
    verified = server.verify()
    assert verified.returncode == 0, \
        f"verify, {when}: {verified.stdout}{verified.stderr}"


def assert_sql_equals(here, rows):
    in_sql = here.sql_rows(rows)
    for section, (roster, line) in rows.items():
        seats = {(x["student_id"], x["registration_id"]) for x in roster}
        waiting = [x["student_id"] for x in line]
        assert seats == in_sql[section][0], \
            f"{section}: {seats ^ in_sql[section][0]} is in the API or SQL only"
        assert waiting == in_sql[section][1], \
            f"{section}: the waitlists differ:\n{waiting}\n{in_sql[section][1]}"


def check_end(here, load):
    """The service at rest, running and stopped, in the ledger and in SQL."""
    rows = load.check()
    load.end()
    await_sql(here, here.server.port, load.sections)
    assert_verified(here.server, "running")
    code = here.server.stop()
    assert code == 0, f"the stop ended with {code}: {here.server.last_words()}"
    assert_verified(here.server, "stopped")
    said = here.server.log.read_text()
    for event in NEVER_LOGGED:
        assert event not in said, f"the server logged {event}"
    assert_sql_equals(here, rows)


def print_figures(load, told):
    for name, at in sorted(told.items()):
        print(f"{name:28} {at.count:4}"
              + (f"   healed within {at.healed_after_s:5.2f} s,"
                 f" {at.acknowledged_during} acknowledged meanwhile"
                 if name != "two at a time" else ""))
    print(f"{load.acknowledged} acknowledged, {load.in_doubt} in doubt, "
          f"{load.turned_away} turned away, {load.replays} replays",
          flush=True)


def main():
    print(f"seed {SEED}, {FAULTS} faults", flush=True)
    chooser = random.Random(SEED)
    told = collections.defaultdict(figures)
    with world() as here:
        ids = here.server.import_sections(
            [(f"CHAOS {i}", "A00", seats) for i, seats in enumerate(SEATS)],
            STUDENTS)
        here.server.start()
        load = traffic(here.server.port, dict(zip(ids, SEATS)), SEED)
        load.start()
        load.await_acknowledgements(ACKNOWLEDGED_PER_FAULT_MIN,
                                    "before the first fault")
        stack = deck(chooser)
        began = time.monotonic()
        for number in range(1, FAULTS + 1):
            faults = [stack.draw()]
            if number % PAIR_EVERY == 0:
                faults.append(stack.draw(faults))
            names = " and ".join(x.name for x in faults)
            print(f"{time.monotonic() - began:6.1f} s  {number}: {names}",
                  flush=True)
            try:
                break_once(here, load, chooser, faults, told)
                if number % CHECK_EVERY == 0:
                    check_at_rest(load, chooser)
            except BaseException:
                print(f"seed {SEED}, fault {number}: {names}\n"
                      + here.server.last_words(), flush=True)
                raise
        check_end(here, load)
        print_figures(load, told)
        assert load.acknowledged >= FAULTS * ACKNOWLEDGED_PER_FAULT_MIN
        assert load.in_doubt > 0 and load.turned_away > 0 \
            and load.replays > FAULTS, "the faults broke nothing"
    print(f"passed in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
