"""Door for blocking model calls: one worker thread for each engine, so that the event loop never waits for a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from weakref import WeakSet

from bus.clock import MS, now_ns, sleep_ms
from bus.errors import Stuck

P = ParamSpec("P")
T = TypeVar("T")

LOOK_MS = 20
_DOORS: WeakSet[OffLoop] = WeakSet()


class OffLoop:
    """Runs blocking calls in one thread, in order. Model libraries are rarely thread-safe: one thread each is the rule."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._busy = False
        _DOORS.add(self)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Awaits `call(*args)` in the worker thread. Cancelling the await does not stop a call that already runs:
        engines check a flag between steps."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: self._run(call, *args, **kwargs))

    async def within(self, most_s: float, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`. Raises Stuck when the call, or the one before it, has not come back after `most_s`."""
        try:
            async with asyncio.timeout(most_s):
                return await self.run(call, *args, **kwargs)
        except TimeoutError:
            raise Stuck(f"{self._name} has not come back for {most_s:g} s", "it is started again") from None

    def close(self) -> None:
        """Lets the call in hand finish and drops what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def busy(self) -> str:
        """The name of the door while a call is in hand, else empty."""
        return self._name if self._busy else ""

    def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._busy = True
        try:
            return call(*args, **kwargs)
        finally:
            self._busy = False


def left_behind(patience_s: float) -> str:
    """The name of a door whose call does not come back; empty as soon as none is in hand. Python waits for its threads
    when a process ends: for such a one it would wait for ever."""
    until_ns = now_ns() + round(patience_s * 1e3) * MS
    while name := max((door.busy for door in tuple(_DOORS)), default=""):
        if now_ns() >= until_ns:
            return name
        sleep_ms(LOOK_MS)
    return ""
