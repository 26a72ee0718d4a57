"""A client that knows the service from its OpenAPI document alone, sends what
it says, and holds every answer against it."""

import json
import socket
import urllib.parse


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return str(value)


class message:
    """A request; parts of it may be broken on purpose."""

    def __init__(self, method, target, fields=(), body=None):
        self.method = method
        self.target = target
        self.fields = [("Host", "localhost"), *fields]
        self.body = body
        self.version = "1.1"
        self.raw_lines = []

    def set(self, name, value):
        self.fields = [x for x in self.fields if x[0] != name]
        return self.add(name, value)

    def add(self, name, value):
        self.fields.append((name, value))
        return self

    def with_json(self, value):
        self.body = json.dumps(value).encode()
        return self

    @property
    def json(self):
        return json.loads(self.body)

    def head(self):
        lines = [f"{self.method} {self.target} HTTP/{self.version}"]
        lines += [f"{name}: {value}" for name, value in self.fields]
        names = {name for name, _ in self.fields}
        if self.body is not None and not names & {"Content-Length",
                                                  "Transfer-Encoding"}:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines + self.raw_lines).encode() + b"\r\n\r\n"

    def bytes(self):
        return self.head() + (self.body or b"")


def example_message(contract, what, optional=True):
    """The request of the document's examples; with every parameter, or with
    those alone that must be there."""
    target, query, fields = what.template, [], []
    for x in what.parameters:
        text = text_of(x["example"])
        if x["in"] == "path":
            target = target.replace("{" + x["name"] + "}", text)
        elif x["in"] == "query" and (optional or x.get("required")):
            query.append((x["name"], text))
        elif optional and x["in"] == "header":
            fields.append((x["name"], text))
    if query:
        target += "?" + urllib.parse.urlencode(query)
    if what.media is None:
        return message(what.method, target, fields)
    fields.append(("Content-Type", "application/json"))
    made = message(what.method, target, fields)
    return made.with_json(what.media["example"])


class answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        is_problem = self.headers.get("content-type", "").endswith(
            "problem+json")
        return self.json["code"] if is_problem else None


class exchange:
    """One request on a connection of its own."""

    def __init__(self, port, timeout_s=30):
        self.socket = socket.create_connection(("127.0.0.1", port),
                                               timeout=timeout_s)

    def send(self, data):
        self.socket.sendall(data)

    def read(self, has_body=True):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() in headers:
                raise AssertionError(f"the header {name} is there twice")
            headers[name.lower()] = value.strip()
        size = int(headers.get("content-length", 0)) if has_body else 0
        while len(body) < size:
            body += self.more()
        return answer(int(first.split()[1]), headers, body.decode())

    def more(self):
        part = self.socket.recv(65536)
        if not part:
            raise AssertionError("closed without a whole answer")
        return part

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class described_client:
    def __init__(self, contract, port):
        self.contract = contract
        self.port = port

    def request_faults(self, what, sent):
        return self.contract.request_faults(
            what, sent.target, dict(sent.fields), sent.body)

    def send(self, what, data, is_head=False):
        """Sends bytes; the answer must be as documented for the operation."""
        with exchange(self.port) as one:
            one.send(data)
            return self.checked(what, one.read(not is_head), is_head)

    def checked(self, what, got, is_head=False):
        faults = self.contract.answer_faults(
            what, got.status, got.headers, got.body, is_head)
        if faults:
            raise AssertionError("\n".join(faults) + "\n" + got.body[:500])
        return got

    def ask(self, what, sent):
        """Sends a request that must be as documented itself."""
        faults = self.request_faults(what, sent)
        if faults:
            raise AssertionError(f"{what}: the request breaks the document: "
                                 f"{faults}")
        return self.send(what, sent.bytes())
