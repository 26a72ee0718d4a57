"""The tests of http_*_test.py once more, with every answer that belongs to an
operation held against the OpenAPI document."""

import unittest

import http_case
import http_hazards_test
import http_test
from described import fetched
from served import client

contracts = {}
checked = 0


class checking_client(client):
    def ask(self, method, path, body=None, headers=None):
        got = super().ask(method, path, body, headers)
        hold_against_document(self.port, method, path, got.status,
                              got.headers, got.body)
        return got


class checking_connection(http_case.connection):
    """Knows what was sent only where it is one whole, readable request."""

    def __init__(self, port):
        super().__init__(port)
        self.port = port
        self.asked = None

    def send(self, data):
        super().send(data)
        words = data.split(b"\r\n", 1)[0].decode(errors="replace").split()
        is_one = data.count(b" HTTP/") == 1 and len(words) == 3
        self.asked = words[:2] if is_one else None

    def answer(self, has_body=True):
        got = super().answer(has_body)
        # 100 is HTTP's, and what follows it answers the same request.
        if got and self.asked and got[0] != 100:
            hold_against_document(self.port, *self.asked, *got)
        return got


def hold_against_document(port, method, target, status, headers, body):
    global checked
    if port not in contracts:
        contracts[port] = fetched(port)
    what, _ = contracts[port].find(method, target.partition("?")[0])
    if what is None:
        return
    faults = contracts[port].answer_faults(what, status, headers, body,
                                           is_head=method == "HEAD")
    if faults:
        raise AssertionError("\n".join(faults) + "\n" + body[:500])
    checked += 1


def setUpModule():
    for module in (http_case, http_hazards_test, http_test):
        for name, checking in (("client", checking_client),
                               ("connection", checking_connection)):
            if hasattr(module, name):
                setattr(module, name, checking)


class hazards_of_the_parser(http_hazards_test.hazards_of_the_parser):
    pass


class hazards_of_json(http_hazards_test.hazards_of_json):
    pass


class faults_of_requests(http_test.faults_of_requests):
    pass


class the_life_of_a_key(http_test.the_life_of_a_key):
    pass


def tearDownModule():
    if checked < 80:
        raise AssertionError(f"only {checked} answers were looked at")


if __name__ == "__main__":
    unittest.main()
