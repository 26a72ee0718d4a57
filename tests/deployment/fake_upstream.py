"""Stands in for the service: keeps what it is asked, and answers as told."""

import socket
import threading


class FakeUpstream:
    """@param answer bytes for each request; b"" closes without an answer; None
    keeps the connection open in silence."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.connections = 0
        self.open = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as incoming:
            while request := self.read(incoming):
                self.requests.append(request)
                if self.answer is None:
                    incoming.read()
                    return
                if not self.answer:
                    return
                connection.sendall(self.answer)

    @staticmethod
    def read(incoming):
        """(request line, fields, body), or None at the end."""
        try:
            line = incoming.readline().decode().strip()
            fields = {}
            while field := incoming.readline().decode().strip():
                name, value = field.split(":", 1)
                fields[name.lower()] = value.strip()
            body = incoming.read(int(fields.get("content-length", 0)))
        except OSError:
            return None
        return (line, fields, body) if line else None

    def stop(self):
        # A thread that accepts is woken by the shutdown, not by the close.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()
        for connection in self.open:
            connection.close()
