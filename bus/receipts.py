"""Receipts of an actor: tells the hub how far it has handled its streams, in few words and never late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

EVERY = 32
"""Messages after which the hub is told at the latest."""
LATEST_S = 0.02
"""Time after which it is told at the latest, though the next handler may run for long."""


class Receipts:
    """Turns handled messages into cumulative acknowledgements. Belongs to the event loop."""

    def __init__(self, done: Callable[[int], None]) -> None:
        self._done = done
        self._last = 0
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def handled(self, message_id: int, *, more: bool) -> None:
        """A message was handled. `more`: the next one already waits, so that the hub may be told later."""
        self._last = message_id
        self._count += 1
        if not more or self._count >= EVERY:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LATEST_S, self.flush)

    def flush(self) -> None:
        """Tells the hub what it does not know yet."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._count:
            self._count = 0
            self._done(self._last)
