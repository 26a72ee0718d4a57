"""A reader of Server-Sent Events."""

import http.client
import json
import time

from served import PATIENCE_S


class event:
    def __init__(self, name, identity, data):
        self.name = name
        self.id = identity
        self.data = data
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.data)


class refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status


class stream:
    """One connection that is read to its end."""

    def __init__(self, port, path, last_id=None, headers=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port,
                                                     timeout=PATIENCE_S)
        fields = dict(headers or {})
        if last_id is not None:
            fields["Last-Event-ID"] = last_id
        self.connection.request("GET", path, headers=fields)
        self.answer = self.connection.getresponse()
        if self.answer.status != 200:
            body = self.answer.read().decode()
            self.close()
            raise refused(self.answer.status, body)
        self.buffer = b""
        # Ended without the last chunk.
        self.is_cut = False
        self.retry_ms = None
        self.comments = 0

    def line(self):
        """None at the end."""
        while b"\n" not in self.buffer:
            # Unlike readline, it says so where the body is not whole.
            try:
                part = self.answer.read1(65536)
            except (http.client.HTTPException, ConnectionError):
                self.is_cut = True
                return None
            if not part:
                return None
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode()

    def next(self):
        """The next event; None where the stream ends."""
        deadline = time.monotonic() + PATIENCE_S
        name, identity, data = "message", None, []
        while (line := self.line()) is not None:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if not line and data:
                return event(name, identity, "\n".join(data))
            if line.startswith(":"):
                # The socket's own patience begins anew with each of them.
                if time.monotonic() > deadline:
                    raise AssertionError(f"no event in {PATIENCE_S} s")
                self.comments += 1
            elif field == "event":
                name = value
            elif field == "id":
                identity = value
            elif field == "data":
                data.append(value)
            elif field == "retry":
                self.retry_ms = int(value)
        return None

    def until(self, holds):
        """The first event of which that is true."""
        while (got := self.next()) is not None:
            if holds(got):
                return got
        raise AssertionError("the stream ended before what was awaited")

    def close(self):
        self.answer.close()
        self.connection.close()
