"""An actor that is frozen in a call is shown as such, and holds no page up."""

import threading
import time
import unittest

import production
from served import client, served, student_id, wait_until

ACTORS = "/api/v1/ops/actors?kind=system&limit=500"
# What does not answer by a second is left out; the rest is this machine's.
PAGE_S = 5


class a_frozen_actor(unittest.TestCase):
    def setUp(self):
        self.server = served()
        self.addCleanup(self.server.__exit__)
        self.section, = self.server.import_sections([("ICE 1", "A00", 5)], 9)
        self.server.start()
        self.client = client(self.server.port)
        self.addCleanup(self.client.close)

    def page(self, path):
        began = time.monotonic()
        got = self.client.ask("GET", path)
        self.assertLess(time.monotonic() - began, PAGE_S, path)
        self.assertEqual(got.status, 200, got.body)
        return got.json

    def troubled(self):
        return {x["name"].partition("/")[0]: x["state"]
                for x in self.page(ACTORS)["actors"]
                if x["state"] != "running"}

    def register(self, number):
        own = client(self.server.port)
        own.ask("POST", "/api/v1/register", {
            "student_id": student_id(number), "section_ids": [self.section]})
        own.close()

    def test_is_shown_and_the_pages_go_on(self):
        self.register(1)
        wait_until("all well", lambda: not self.troubled())
        with production.frozen_redis():
            asking = threading.Thread(target=self.register, args=(2,))
            asking.start()
            wait_until("a ledger worker that is not well",
                       lambda: "ledger-worker" in self.troubled())
            seen = self.page(f"/api/v1/ops/sections/{self.section}")
            self.assertIsNone(seen["equation"]["holds"])
            self.assertIn("The ledger's rows", " ".join(seen["problems"]))
            self.assertEqual(seen["decisions"][0]["status"], "enrolled")
            self.assertFalse(self.page("/api/v1/ops/overview")["ready"])
            self.page("/api/v1/ops/journal")
            asking.join()
        wait_until("all well again", lambda: not self.troubled())
        seen = self.page(f"/api/v1/ops/sections/{self.section}")
        self.assertEqual(seen["problems"], [])
        self.assertTrue(seen["equation"]["holds"])


if __name__ == "__main__":
    unittest.main()
