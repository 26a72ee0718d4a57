"""A TCP gate between the service and one of its parts, with faults on demand."""

import asyncio
import threading

CHUNK = 65_536


class Gate:
    """Listens on a free loopback port and carries bytes to `target`, or where
    `target(port)` says for whoever connects from there.

    Runs in a thread of its own; every method may be called from any thread.
    Faults:

    open()          carries everything
    delay(seconds)  holds each piece of both directions for so long
    cut()           resets what is open and refuses what comes
    freeze()        keeps connections open and carries nothing: half open
    lose_replies()  carries requests, swallows what is answered, then cuts
    """

    def __init__(self, target):
        self.target = target
        self.port = 0
        self._mode = "open"
        self._delay_s = 0.0
        self._writers = set()
        self._held = []
        self._loop = asyncio.new_event_loop()
        self._changed = None
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,),
                                        daemon=True)
        self._thread.start()
        ready.wait()

    def open(self):
        self._set("open")

    def delay(self, seconds):
        self._set("open", seconds)

    def cut(self):
        self._set("cut")

    def freeze(self):
        self._set("frozen")

    def lose_replies(self):
        self._set("losing")

    def held(self):
        """Pieces that a frozen gate keeps back until it is opened; they arrive
        then, even where their sender has hung up."""
        return list(self._held)

    def close(self):
        self._set("cut")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self, ready):
        asyncio.set_event_loop(self._loop)
        self._changed = asyncio.Event()
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(
            asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    def _set(self, mode, delay_s=0.0):
        done = threading.Event()

        def change():
            self._mode, self._delay_s = mode, delay_s
            self._changed.set()
            self._changed = asyncio.Event()
            if mode == "cut":
                self._reset_all()
            done.set()

        self._loop.call_soon_threadsafe(change)
        done.wait()

    def _reset_all(self):
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader, writer):
        if self._mode == "cut":
            writer.transport.abort()
            return
        try:
            target = self.target
            if callable(target):
                target = target(writer.get_extra_info("peername")[1])
            far_reader, far_writer = await asyncio.open_connection(*target)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._carry(reader, far_writer, False),
                                 self._carry(far_reader, writer, True))
        except asyncio.CancelledError:
            pass  # the gate closes
        for each in (writer, far_writer):
            self._writers.discard(each)
            each.transport.abort()

    async def _hold(self, data):
        if self._mode != "frozen":
            return
        self._held.append(data)
        while self._mode == "frozen":
            await self._changed.wait()
        self._held.remove(data)

    async def _carry(self, reader, writer, is_reply):
        try:
            while data := await reader.read(CHUNK):
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                await self._hold(data)
                if self._mode == "losing" and is_reply:
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()
