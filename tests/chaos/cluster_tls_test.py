"""Nodes of a cluster know each other by certificate: with those of one
authority they work together; one that has another's, or none, reaches nobody
and is reached by nobody."""

import re
import subprocess
import unittest

from cluster_world import cluster, owned_by
from served import client, student_id, wait_until

STUDENTS = 20
SECTIONS = 16
# Beyond it a node would have connected long since.
REFUSED_FOR_S = 3


class authority:
    """Makes certificates in a directory of its own."""

    def __init__(self, place):
        place.mkdir()
        self.place = place
        self.ca = place / "ca.pem"
        self.ca_key = place / "ca.key"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                     "2", "-subj", f"/CN={place.name}", "-keyout", self.ca_key,
                     "-out", self.ca)

    @staticmethod
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True,
                       capture_output=True)

    def issue(self, name):
        """@returns certificate and key."""
        request, key = self.place / f"{name}.csr", self.place / f"{name}.key"
        certificate = self.place / f"{name}.pem"
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj",
                     f"/CN={name}", "-keyout", key, "-out", request)
        self.openssl("x509", "-req", "-days", "2", "-in", request, "-CA",
                     self.ca, "-CAkey", self.ca_key, "-CAcreateserial", "-out",
                     certificate)
        return certificate, key

    def equip(self, node):
        certificate, key = self.issue(node.name)
        with node.config.open("a") as config:
            config.write(f'ca_file = "{self.ca}"\n'
                         f'certificate_file = "{certificate}"\n'
                         f'key_file = "{key}"\n')


class certificates(unittest.TestCase):
    def setUp(self):
        self.here = cluster()
        self.here.__enter__()
        self.addCleanup(self.here.__exit__, None, None, None)
        self.ours = authority(self.here.directory / "ours")
        self.n1, self.n2, self.n3 = self.here.nodes.values()
        for node in (self.n1, self.n2):
            self.ours.equip(node)
        self.sections = self.n1.import_sections(
            [(f"TLS {i}", "A00", STUDENTS) for i in range(SECTIONS)], STUDENTS)
        self.n1.start()
        self.n2.start()
        self.here.await_whole()

    def register(self, node, number):
        asking = client(node.port)
        got = asking.ask("POST", "/api/v1/register",
                         {"student_id": student_id(number),
                          "section_ids": self.sections})
        asking.close()
        return got

    def assert_two_work(self, number):
        for node in (self.n1, self.n2):
            got = self.register(node, number)
            self.assertEqual(got.status, 200, got.body)
            number += 1

    def links_lost(self):
        """How often one of the two lost the other."""
        return sum(bool(re.search(r"cannot reach node n[12] .* ended", line))
                   for node in (self.n1, self.n2)
                   for line in node.log.read_text().splitlines())

    def assert_stays_out(self):
        """The two keep what they own of the third's sections, and go on."""
        def has_tried():
            seen = self.n3.look()
            return seen is not None and {
                x["node"] for x in seen["links"]
                if not x["up"] and x.get("problem")} == {"n1", "n2"}

        lost = self.links_lost()
        wait_until("the third to be refused", has_tried)
        for link in self.n3.look()["links"]:
            self.assertRegex(link["problem"], "certificate")
        # Or its share would be lost to whoever asks the others.
        for node in (self.n1, self.n2):
            self.assertEqual(owned_by(node.look(), "n3"), 0)
        asking = client(self.n3.port)
        ready = asking.ask("GET", "/ready")
        asking.close()
        self.assertEqual(ready.status, 503)
        self.assertIn("does not reach n1, n2", ready.body)
        self.assert_two_work(1)
        with self.assertRaises(AssertionError):
            wait_until("a link that must not be",
                       lambda: any(x["up"] for node in self.here.nodes.values()
                                   for x in node.look()["links"]
                                   if "n3" in (node.name, x["node"])),
                       REFUSED_FOR_S)
        # Each of its attempts could end theirs. A busy machine may be late
        # with a heartbeat once, which both notice.
        self.assertLessEqual(self.links_lost() - lost, 2)

    def test_of_one_authority_work_together(self):
        self.assert_two_work(1)
        self.ours.equip(self.n3)
        self.n3.start()
        self.here.await_whole()
        got = self.register(self.n3, 3)
        self.assertEqual(got.status, 200, got.body)

    def test_of_another_authority_is_refused(self):
        authority(self.here.directory / "theirs").equip(self.n3)
        self.n3.start(wait=False)
        self.assert_stays_out()

    def test_without_one_is_refused(self):
        self.n3.start(wait=False)
        self.assert_stays_out()


if __name__ == "__main__":
    unittest.main()
