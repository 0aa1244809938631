"""Door for blocking model calls: one worker thread for each engine, so that the event loop never waits for a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class OffLoop:
    """Runs blocking calls in one thread, in order. Model libraries are rarely thread-safe: one thread each is the rule."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Awaits `call(*args)` in the worker thread. Cancelling the await does not stop a call that already runs:
        engines check a flag between steps."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: call(*args, **kwargs))

    def close(self) -> None:
        """Lets the call in hand finish and drops what waits."""
        self._pool.shutdown(wait=False, cancel_futures=True)
