#!/usr/bin/env python3
"""`registrar cluster` before a node that answers what a test wants, and before
a server alone."""

import http.server
import json
import sys
import threading
import unittest

from commands_test import command_test, run

ROOT = "/api/v1/ops/cluster"


def node(name, **more):
    return {"name": name, "http": f"{name}:8080", "cluster": f"{name}:9090",
            "alive": True, "heartbeat_age_ms": 120, "partitions": 32,
            "run": f"{name}-1", "protocol": 1, "joining": False,
            "leaving": False, "drained": False, **more}


def cluster():
    return {"at": "2026-09-01T08:00:00.000Z", "node": "north",
            "nodes": [node("north"), node("south")],
            "partitions": [{"id": n, "owner": ("north", "south")[n % 2],
                            "epoch": 3, "lease_ms": 2400} for n in range(64)],
            "links": [{"node": "south", "up": True}], "moves": []}


class canned_node:
    def __init__(self):
        self.status, self.state = 200, cluster()
        self.audit = "written"
        self.asked = []
        one = self

        class handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or "null")
                one.asked.append((self.command, self.path, body,
                                  self.headers.get("Authorization")))
                data = one.state
                if self.command == "POST" and one.status == 200:
                    data = {"cluster": one.state, "audit": one.audit}
                data = json.dumps(data).encode()
                self.send_response(one.status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class before_a_node(command_test):
    def setUp(self):
        super().setUp()
        self.node = canned_node()
        self.addCleanup(self.node.stop)

    def cluster(self, *words, **environment):
        return run("cluster", *words, "--url", self.node.url, **environment)

    def test_status_shows_nodes_and_partitions(self):
        code, out, err = self.cluster("status")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("2 nodes, none lost; 64 of 64 partitions owned", out)
        self.assertRegex(out, r"(?m)^south +alive +south:8080 ")
        self.assertEqual(self.node.asked, [("GET", ROOT, None, None)])

    def test_status_says_no_where_something_is_lost(self):
        self.node.state["partitions"][9]["owner"] = None
        code, out, _ = self.cluster("status")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"(?m)^nobody +3 +9$")
        self.node.state = cluster()
        self.node.state["nodes"][1]["alive"] = False
        code, out, _ = self.cluster("status")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"(?m)^south +lost ")

    def test_status_gives_programs_what_the_api_gives(self):
        code, out, _ = self.cluster("status", "--json")
        self.assertEqual((code, json.loads(out)), (0, cluster()))
        self.node.state["partitions"][9]["owner"] = None
        code, out, _ = self.cluster("status", "--json")
        self.assertEqual((code, json.loads(out)), (1, self.node.state))

    def test_acts_are_sent_with_their_reason(self):
        for words, path, body in (
                (["drain", "south"], "/drain", {"node": "south"}),
                (["undrain", "south"], "/undrain", {"node": "south"}),
                (["rebalance"], "/rebalance", {})):
            code, out, err = self.cluster(*words, "--reason", "a new disk")
            self.assertEqual((code, err), (0, ""))
            self.assertIn("partitions", out)
            self.assertEqual(self.node.asked.pop(), (
                "POST", ROOT + path, dict(body, reason="a new disk"), None))
        code, out, _ = self.cluster("drain", "south", "--reason", "x",
                                    "--json")
        self.assertEqual((code, json.loads(out)["audit"]), (0, "written"))
        self.node.audit = "pending"
        self.assertIn("audit log", self.cluster("rebalance", "--reason",
                                                "x")[1])

    def test_the_token_is_borne(self):
        self.cluster("status", REGISTRAR_TOKEN="sesame")
        self.assertEqual(self.node.asked.pop()[3], "Bearer sesame")

    def test_what_the_server_refuses_is_said(self):
        self.node.status = 404
        self.node.state = {"detail": "There is no node west; see status."}
        said = self.refused("cluster", "drain", "west", "--reason", "x",
                            "--url", self.node.url)
        self.assertIn("There is no node west", said)
        self.node.state = [1]
        self.assertIn("no JSON", self.refused("cluster", "status", "--url",
                                              self.node.url))

    def test_an_act_needs_a_reason_and_a_node(self):
        for words in (["drain", "south"], ["undrain", "south"], ["rebalance"]):
            said = self.refused("cluster", *words, "--url", self.node.url)
            self.assertIn("--reason", said)
        self.refused("cluster", "drain", "--reason", "x")
        self.refused("cluster")
        self.assertEqual(self.node.asked, [])


class before_a_server_alone(command_test):
    def test_it_says_that_it_is_no_cluster(self):
        self.serve()
        for words in (["status"], ["rebalance", "--reason", "x"]):
            said = self.refused("cluster", *words, "--data-dir", self.data)
            self.assertIn("not a node of a cluster", said)

    def test_none_at_all_is_named(self):
        self.made()
        self.assertIn("No server is running", self.refused(
            "cluster", "status", "--data-dir", self.data))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
