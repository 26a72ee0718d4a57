"""A service that says what a test wants it to say: /api/v1/ops/ with canned
documents, as odd as the test likes."""

import contextlib
import http.server
import json
import socket
import threading
import urllib.parse

NOW = "2026-09-01T08:00:00.000Z"


def actor(name, **more):
    return {"name": name, "parent": "root", "kind": "worker", "label": "",
            "state": "running", "messages": 1, "messages_per_second": 0.0,
            "busy": 0.0, "depth": 0, "wait_ms": 0.1, "handling_ms": None,
            "restarts": 0, **more}


def section(number, **more):
    return actor(f"section/789e0123-e45b-67c8-d901-{number:012}",
                 parent="section-supervisor", kind="section",
                 label=f"CSE {number} A00", **more)


def overview():
    return {
        "at": NOW, "interval_ms": 1000,
        "node": {"name": "north", "version": "0.1.0", "started_at": NOW},
        "ready": True,
        "dependencies": [
            {"name": "ledger", "ready": True, "detail": ""},
            {"name": "sql", "ready": True, "detail": ""}],
        "rates": {"registrations": {
            "enrolled": 1234.5, "waitlisted": 2.0, "already_registered": 0.0,
            "rejected": 3.0, "dropped": 0.0, "left_waitlist": 0.0,
            "not_registered": 0.0, "undecided": 0.0},
            "requests": 20.0, "errors": 0.0},
        "latency": {"count": 1234, "p50_ms": 1.2, "p99_ms": 8.04},
        "in_flight": 3, "connections": 70, "streams": 2,
        "journal": {"uncommitted": 12, "uncommitted_max": 1000000,
                    "oldest_ms": 120, "takes_registrations": True},
        "ledger": {"steps_per_second": 100.0, "commands_per_step": 12.0,
                   "step_ms": 0.8},
        "sections": {"open": 4000, "full": 490, "frozen": 5, "inactive": 1,
                     "seats": 100000, "seats_taken": 50000, "waiting": 12},
        "students": 30000, "dead_letters": 0, "sections_died": 0,
        "process": {"cpu": 0.12, "resident_bytes": 120000000, "threads": 40,
                    "open_files": 100},
        "nodes": [{"name": "north", "http": "127.0.0.1:8080", "cluster": None,
                   "alive": True, "heartbeat_age_ms": 0, "partitions": 64}]}


def actors():
    """Three of the system, and thirty sections: number 7 is the busiest, 3 is
    stuck, 5 was restarted."""
    of_sections = [section(n, messages_per_second=float(n % 7))
                   for n in range(1, 31)]
    of_sections[6].update(messages_per_second=99.0, busy=0.5, depth=40)
    of_sections[2].update(state="stuck", handling_ms=5400)
    of_sections[4].update(
        restarts=2, last_restart={"at": NOW, "cause": "the roof fell in"})
    return [actor("ledger", kind="supervisor"),
            actor("ledger-worker/0", messages_per_second=50.0,
                  last_failure="Redis does not answer.",
                  figures={"queue": 17}),
            actor("observer", messages_per_second=None, busy=None,
                  wait_ms=None)] + of_sections


def journal():
    return {
        "at": NOW, "uncommitted": 12, "uncommitted_max": 1000000,
        "takes_registrations": True, "takes_drops": True, "oldest_ms": 120,
        "partitions": [
            {"id": n, "owner": "north", "epoch": 3, "lease_held": n != 9,
             "uncommitted": 12 if n == 17 else 0} for n in range(64)],
        "workers": [
            {"name": "database-sync/0", "state": "degraded",
             "last_failure": "deadlock detected", "oldest_ms": 120,
             "figures": {"waiting": 12, "held": 0, "lacking": 0,
                         "transactions": 7, "written": 4711, "failures": 1}}]}


def acts():
    def act(number, **more):
        return {"act_id": f"00000000-0000-0000-0000-{number:012}", "at": NOW,
                "who": "jane", "action": "section frozen",
                "subject": "CSE 7 A00", "reason": "a leak in the hall",
                "detail": "", **more}
    return {"pending": [act(2, who="joe", action="capacity set",
                            reason="a larger hall", detail="30 to 45")],
            "acts": [act(1)]}


class canned_service:
    """Listens on a loopback port until it is stopped; can come back on it."""

    def __init__(self):
        self.overview = overview()
        self.actors = actors()
        self.journal = journal()
        self.acts = acts()
        # path: (status, problem) for what shall be refused; once or always.
        self.refused = {}
        self.refused_once = []
        # Set: answers wait for it.
        self.gate = threading.Event()
        self.gate.set()
        self.asked = []
        self.tokens = []
        # Bound until the test is over: nobody else gets it while it is stopped.
        self.place = socket.socket()
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]
        self.start()

    def start(self):
        service = self

        class handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                service.gate.wait()
                status, body = service.answer(self.path, self.headers)
                data = (body if isinstance(body, str)
                        else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True
            opened = []

            def process_request(self, request, client_address):
                self.opened.append(request)
                super().process_request(request, client_address)

            def handle_error(self, *_):
                # A client that has gone.
                pass

        self.server = server(("127.0.0.1", self.port), handler)
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def answer(self, target, headers):
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        self.asked.append((url.path, query))
        self.tokens.append(headers.get("Authorization"))
        if self.refused_once:
            return self.refused_once.pop(), {"detail": "once"}
        if url.path in self.refused:
            return self.refused[url.path]
        name = url.path.removeprefix("/api/v1/ops/")
        if name == "actors":
            return 200, self.listed(query)
        if name in ("overview", "journal", "acts"):
            return 200, getattr(self, name)
        return 404, {"detail": "no such page"}

    def listed(self, query):
        """As many as were asked for, in no order."""
        wanted = query.get("filter", "").lower()
        matching = [x for x in self.actors if wanted in json.dumps(x).lower()]
        states = [x["state"] for x in self.actors
                  if isinstance(x, dict) and x.get("state")]
        return {"at": NOW, "interval_ms": 1000, "total": len(self.actors),
                "matching": len(matching),
                "by_state": {x: states.count(x) for x in set(states)},
                "actors": matching[:int(query["limit"])]}

    def stop(self):
        """Also ends the connections, as a killed process would."""
        self.gate.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        for connection in self.server.opened:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.stop()
        self.place.close()
