"""Receipts of an actor: tells the hub how far it has finished its streams, in few words and never late."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from bus.unit import Unit

EVERY = 32
"""Messages after which the hub is told at the latest."""
LATEST_S = 0.05
"""Time after which it is told at the latest. Each word costs the hub as much as a message, so that of sounds at 50/s a few
share one."""


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """It will not."""


Later = Callable[[float, Callable[[], None]], Timer]
"""Calls something after so many seconds."""


def _in_the_loop(delay_s: float, call: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(delay_s, call)


class Receipts:
    """Turns finished messages into acknowledgements, in order: up to the first that the actor's unit still holds.

    One that comes again waits for nothing: its receipt may have died with a hub, and a successor must not be given it.
    Belongs to the event loop. The first one after a quiet time goes at once: who gets one item at a time (a replica)
    waits for the next.
    """

    def __init__(self, done: Callable[[tuple[int, ...]], None], unit: Unit, later: Later = _in_the_loop) -> None:
        self._done = done
        self._unit = unit
        self._later = later
        self._handled: deque[int] = deque()
        self._owed: set[int] = set()
        """What is in `_handled`."""
        self._again: list[int] = []
        self._count = 0
        self._timer: Timer | None = None
        unit.changed = self._released

    def handled(self, message_id: int) -> None:
        """A message was handled."""
        self._handled.append(message_id)
        self._owed.add(message_id)
        self._tick()

    def passed(self, message_id: int) -> None:
        """A message came that was dropped, or was here before."""
        if message_id not in self._owed:
            self._again.append(message_id)
            self._tick()

    def _tick(self) -> None:
        self._count += 1
        if self._count >= EVERY or self._timer is None:
            self.flush()

    def flush(self) -> None:
        """Tells the hub what it does not know yet."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._count = 0
        ids, self._again = self._again, []
        while self._handled and not self._unit.holds(self._handled[0]):
            ids.append(self._handled.popleft())
            self._owed.discard(ids[-1])
        if ids:
            self._done(tuple(ids))
            self._timer = self._later(LATEST_S, self._quiet_over)

    def _released(self) -> None:
        """Finished later, by an alarm or another message."""
        if self._handled and self._timer is None:
            self.flush()

    def _quiet_over(self) -> None:
        self._timer = None
        if self._handled or self._again:
            self.flush()
