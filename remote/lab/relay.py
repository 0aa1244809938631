"""Relay of TCP connections: the long way between two hosts. It adds delay, limits the rate, is cut and mended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

CHUNK_BYTES = 2_048
"""Carried at once: little, for a chunk arrives when its last byte has passed, and connections take turns by chunks. (A real line
carries 1.5 kB.)"""


class Relay:
    """Listens on `port` of 127.0.0.1 and goes on to the port `target` of `address`. `mbits` limits each direction of all
    connections together.

    `freeze` lets nothing through and hangs up on nobody (a network that is gone); `hang_up` ends all connections and
    refuses new ones until `mend` (a tunnel that died).
    """

    def __init__(self, target: int, *, address: str = "127.0.0.1", delay_ms: float = 0.0, mbits: float = 0.0) -> None:
        self.port = 0
        self.delay_ms, self.mbits = delay_ms, mbits
        self.carried_bytes = {"there": 0, "back": 0}
        self._target = (address, target)
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._free_at = {"there": 0.0, "back": 0.0}
        self._flows = asyncio.Event()
        self._refuses = False
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._do(self._start())

    def freeze(self) -> None:
        """From now on nothing arrives any more, on either side."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def hang_up(self) -> None:
        """All connections end, new ones are refused."""
        self._refuses = True
        self._do(self._drop())

    def mend(self) -> None:
        """Everything flows again."""
        self._refuses = False
        self._loop.call_soon_threadsafe(self._flows.set)

    def close(self) -> None:
        """Ends it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _start(self) -> None:
        self._flows.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _drop(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def _end(self) -> None:
        assert self._server
        self._server.close()
        await self._drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        for way, source, sink in (("there", reader, far_writer), ("back", far_reader, writer)):
            queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
            for task in (self._read(way, source, queue), self._write(queue, sink)):
                made = self._loop.create_task(task)
                self._tasks.add(made)
                made.add_done_callback(self._tasks.discard)

    async def _read(self, way: str, source: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]]) -> None:
        try:
            while data := await source.read(CHUNK_BYTES):
                await self._flows.wait()
                self.carried_bytes[way] += len(data)
                now = self._loop.time()
                leaves = max(now, self._free_at[way])
                if self.mbits:
                    leaves += len(data) * 8 / (self.mbits * 1e6)
                    self._free_at[way] = leaves
                    await asyncio.sleep(max(0.0, leaves - now - 0.02))  # a sender faster than the line is held back
                queue.put_nowait((leaves + self.delay_ms / 1e3, data))
        except OSError:
            pass
        queue.put_nowait((0.0, b""))

    async def _write(self, queue: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        try:
            while True:
                due, data = await queue.get()
                if not data:
                    break
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._flows.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        sink.transport.abort()
        self._writers.discard(sink)
