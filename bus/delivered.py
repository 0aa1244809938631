"""Delivered messages of one member: what it got and has not finished, from its own host's log and from others. Pure."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from bus.remembered import Remembered

Origin = TypeVar("Origin")

FINISHED_IDS = 4_096
"""Remembered, to say again that what is carried here again was finished long ago."""


class Delivered(Generic[Origin]):
    """In the order in which the member got them, since its receipts are cumulative. Origin None: its own host's log."""

    def __init__(self) -> None:
        self._order: deque[tuple[int, Origin | None]] = deque()
        self._ids: set[int] = set()
        self._finished = Remembered(FINISHED_IDS)

    def got(self, item_id: int, origin: Origin | None) -> None:
        """It was given a message."""
        self._order.append((item_id, origin))
        self._ids.add(item_id)

    def has(self, item_id: int) -> bool:
        """Whether it has it in hand."""
        return item_id in self._ids

    def has_finished(self, item_id: int) -> bool:
        """Whether it finished it, not too long ago."""
        return item_id in self._finished

    def finish(self, item_id: int) -> list[tuple[int, Origin | None]]:
        """It has finished everything up to this message: what that was. Empty when it never got it."""
        done: list[tuple[int, Origin | None]] = []
        while item_id in self._ids:
            each = self._order.popleft()
            self._ids.discard(each[0])
            self._finished.add(each[0])
            done.append(each)
        return done
