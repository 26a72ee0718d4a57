"""How to provoke each problem that the OpenAPI document names."""

import concurrent.futures
import itertools
import time

from described_client import example_message, exchange

NOWHERE = "00000000-0000-0000-0000-000000000000"
# A student of the shipped catalogue who may not register.
SUSPENDED = "E0000004"
PATIENCE_S = 60
keys = itertools.count(1)

# What needs more than a server on its own: see openapi_stores_test.py for the
# dependencies, the tests of authentication and of rate limits, and
# http_unit_test for a service without its console.
ELSEWHERE = {"console_not_built", "unauthenticated", "invalid_token", "forbidden", "rate_limited",
             "dependency_unavailable", "ledger_lost", "ledger_behind"}


# A server alone answers `not_found`; in a cluster they need its registry.
OF_A_CLUSTER = {"getCluster", "drainNode", "undrainNode", "rebalanceCluster"}


def status_alone(what):
    """What a server alone answers to an operation's example."""
    return 404 if what.id in OF_A_CLUSTER else what.success()


# What any request can get wrong, whatever its document says.
OF_ANY_HEADER = {
    "invalid_request", "invalid_header", "folded_field", "invalid_host",
    "invalid_content_length", "invalid_target", "length_required",
    "body_too_large", "target_too_long", "expectation_failed",
    "header_too_large", "too_many_fields", "version_not_supported",
    "request_timeout"}


def provokable(what):
    """Codes that must come by the shape of an operation."""
    codes = OF_ANY_HEADER | {"unsupported_media_type" if what.media else
                             "unexpected_body"}
    if what.parameter("header", "Idempotency-Key"):
        codes |= {"key_mismatch", "key_in_flight", "student_not_found"}
    if what.parameter("header", "If-Match"):
        codes |= {"version_mismatch"}
    return codes


class faults:
    """Each method named as a code sends what must be answered with it."""

    def __init__(self, client, suspended_id):
        self.client = client
        self.suspended_id = suspended_id

    def provoke(self, what, code):
        made = example_message(self.client.contract, what, optional=False)
        return getattr(self, code)(what, made)

    def send(self, what, made):
        return self.client.send(what, made.bytes())

    # -- the header -----------------------------------------------------------

    def invalid_request(self, what, made):
        return self.send(what, made.add("If-Match", "*").add("If-Match", "*"))

    def invalid_header(self, what, made):
        made.raw_lines.append("a field without its colon")
        return self.send(what, made)

    def folded_field(self, what, made):
        return self.send(what, made.add("X-Folded", "a\r\n b"))

    def invalid_host(self, what, made):
        return self.send(what, made.add("Host", "other"))

    def invalid_content_length(self, what, made):
        return self.send(what, made.add("Content-Length", "ten"))

    def invalid_target(self, what, made):
        path, mark, query = made.target.partition("?")
        made.target = path + "%zz" + mark + query
        return self.send(what, made)

    def unexpected_body(self, what, made):
        made.body = b"hello"
        return self.send(what, made)

    def length_required(self, what, made):
        return self.send(what, made.add("Transfer-Encoding", "chunked"))

    def body_too_large(self, what, made):
        return self.client.send(
            what, made.set("Content-Length", "100000").head())

    def target_too_long(self, what, made):
        return self.client.send(
            what, f"{made.method} {made.target}?{'a' * 9000}".encode())

    def unsupported_media_type(self, what, made):
        return self.send(what, made.set("Content-Type", "text/plain"))

    def expectation_failed(self, what, made):
        return self.send(what, made.add("Expect", "the-unexpected"))

    def header_too_large(self, what, made):
        return self.send(what, made.add("X-Long", "a" * 9000))

    def too_many_fields(self, what, made):
        for number in range(101):
            made.add(f"X-{number}", "a")
        return self.send(what, made)

    def version_not_supported(self, what, made):
        made.version = "2.0"
        return self.send(what, made)

    def request_timeout(self, what, made):
        return self.client.send(what, made.head()[:-4])

    # -- what is not there, or there already ----------------------------------

    def somewhere_else(self, what, made):
        target = what.template.replace("{id}", NOWHERE)
        if target != what.template:
            made.target = target
        return made

    def student_not_found(self, what, made):
        if what.media:
            made.with_json(dict(made.json, student_id=NOWHERE))
        return self.send(what, self.somewhere_else(what, made))

    def section_not_found(self, what, made):
        if what.id == "startTrace":
            body = dict(made.json, section_id=NOWHERE)
            body.pop("student_id")
            return self.send(what, made.with_json(body))
        if what.parameter("query", "ids"):
            made.target = f"{what.template}?ids={NOWHERE}"
        return self.send(what, self.somewhere_else(what, made))

    def actor_not_found(self, what, made):
        if "name" in made.json:
            made.with_json(dict(made.json, name="waitlist/999"))
        return self.send(what, self.somewhere_else(what, made))

    def trace_not_found(self, what, made):
        return self.send(what, self.somewhere_else(what, made))

    def not_found(self, what, made):
        if what.id in OF_A_CLUSTER:
            return self.send(what, made)
        if "{id}" not in what.template:
            made.with_json(dict(made.json, course_code="NONE 1"))
        return self.send(what, self.somewhere_else(what, made))

    def conflict(self, what, made):
        if what.id == "startTrace":
            return self.one_trace_too_many(what, made)
        taken = {
            "createSection": {"section_number": "A00"},
            "createStudent": {"student_number": "E0000001"},
            "createCourse": {"course_code": "REG 101"},
            "createSemester": {"semester_name": "example"},
            "changeStudent": {"student_number": "E0000002"},
            "changeCourse": {"course_code": "AAS 10"},
            "changeSemester": {"semester_name": "2024-spring"},
        }[what.id]
        return self.send(what, made.with_json(dict(made.json, **taken)))

    def one_trace_too_many(self, what, made):
        # They end soon, so that others find room again.
        made.with_json(dict(made.json, for_seconds=2))
        for _ in range(20):
            got = self.send(what, made)
            if got.code == "conflict":
                return got
        return got

    def version_mismatch(self, what, made):
        etag = what.parameter("header", "If-Match")["example"]
        return self.send(what, made.add("If-Match", etag.replace("1", "999")))

    # -- registration ---------------------------------------------------------

    def student_inactive(self, what, made):
        made.with_json(dict(made.json, student_id=self.suspended_id))
        return self.send(what, made)

    def key_mismatch(self, what, made):
        made.add("Idempotency-Key", f"mismatch-{next(keys)}")
        self.send(what, made)
        return self.send(what, made.with_json(
            dict(made.json, section_ids=[NOWHERE])))

    def key_in_flight(self, what, made):
        """Asks with one key from many connections at once, until one of them
        comes while another is being worked on."""
        deadline = time.monotonic() + PATIENCE_S
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            while time.monotonic() < deadline:
                made.set("Idempotency-Key", f"in-flight-{next(keys)}")
                for got in pool.map(lambda _: self.send(what, made), range(8)):
                    if got.code == "key_in_flight":
                        return got
        raise AssertionError("no key was ever in flight")


class overloaded:
    """Holds the only connection that a server takes."""

    def __init__(self, port):
        deadline = time.monotonic() + PATIENCE_S
        while not self.is_held(port):
            assert time.monotonic() < deadline, "the connection is never free"

    def is_held(self, port):
        self.held = exchange(port)
        self.held.send(b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
        if self.held.read().status == 200:
            return True
        self.held.socket.close()
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.held.socket.close()
