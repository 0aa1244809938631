"""Pipe from a blocking worker thread to the event loop: bounded, so that a fast voice cannot fill the memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Pipe(Generic[T]):
    """Holds at most `room` items. Made inside the running event loop that reads it."""

    def __init__(self, room: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[T | None] = asyncio.Queue()
        self._room = threading.Semaphore(room)
        self._closed = threading.Event()

    def put(self, item: T) -> bool:
        """Blocks the worker thread until there is room. False: the reader has left, stop working."""
        if self._closed.is_set():
            return False
        self._room.acquire()
        if self._closed.is_set():
            return False
        try:
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)
        except RuntimeError:  # the loop has ended under a reader that never closed
            return False
        return True

    @property
    def open(self) -> bool:
        """The reader is still there."""
        return not self._closed.is_set()

    def end(self) -> None:
        """No item follows. Called in the event loop; everything that was put before is still read."""
        self._loop.call_soon(self._items.put_nowait, None)

    def close(self) -> None:
        """The reader leaves: a blocked `put` returns at once, later ones do not wait."""
        self._closed.set()
        self._room.release()

    async def read(self) -> AsyncIterator[T]:
        """Yields the items in order until the end."""
        while (item := await self._items.get()) is not None:
            self._room.release()
            yield item
