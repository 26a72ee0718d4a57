"""A Redis and a PostgreSQL of a test's own, in a temporary directory."""

import contextlib
import pathlib
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))

import postgres_server  # noqa: E402
import redis_server  # noqa: E402

COULD_NOT_RUN = 2


class own_stores:
    """A context. Whoever derives from it starts in `fill` what stands on the
    stores, sets `stores` there, and leaves to `whole` what must end."""

    def __init__(self, redis=None, **redis_settings):
        """@param redis in place of a single one."""
        self.redis = redis or redis_server.Server()
        self.postgres = postgres_server.Server()
        self.redis_settings = redis_settings
        self.stores = None

    def fill(self, whole):
        raise NotImplementedError

    def __enter__(self):
        # A runner that gives up ends us by SIGTERM: the servers must go too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(COULD_NOT_RUN))
        with contextlib.ExitStack() as whole:
            self.directory = pathlib.Path(whole.enter_context(
                tempfile.TemporaryDirectory(prefix="registrar-")))
            for name, store, settings in (
                    ("redis", self.redis, self.redis_settings),
                    ("postgres", self.postgres, {})):
                place = self.directory / name
                place.mkdir()
                whole.callback(store.stop)
                store.start(place, **settings)
            self.fill(whole)
            self.whole = whole.pop_all()
        return self

    def __exit__(self, *why):
        return self.whole.__exit__(*why)

    # -- what SQL has ---------------------------------------------------------

    def sql_rows(self, sections):
        """section -> (roster, waitlist): (student, registration) in any order,
        students in line order."""
        result = {x: (set(), []) for x in sections}
        enrolled = self.stores.ask_sql(
            "select section_id, student_id, registration_id from registrations"
            " where status = 'enrolled'")
        for line in enrolled.splitlines():
            section, *row = line.split("|")
            result[section][0].add(tuple(row))
        waiting = self.stores.ask_sql(
            "select section_id, student_id from waitlist"
            " order by section_id, position")
        for line in waiting.splitlines():
            section, student = line.split("|")
            result[section][1].append(student)
        return result

    def cursors(self):
        found = self.stores.ask_sql(
            "select section_id, last_sequence from sections")
        return {section: int(sequence) for section, sequence in
                (line.split("|") for line in found.splitlines())}
