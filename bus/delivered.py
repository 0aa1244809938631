"""Delivered messages of one member: what it got and has not finished, from its own host's log and from others. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from bus.remembered import Remembered

Origin = TypeVar("Origin")

FINISHED_IDS = 4_096
"""Remembered, to say again that what is carried here again was finished long ago."""


class Delivered(Generic[Origin]):
    """In the order in which the member got them, for receipts that are cumulative. Origin None: its own host's log."""

    def __init__(self) -> None:
        self._held: dict[int, Origin | None] = {}
        self._finished = Remembered(FINISHED_IDS)

    def got(self, item_id: int, origin: Origin | None) -> None:
        """It was given a message."""
        self._held[item_id] = origin

    def has(self, item_id: int) -> bool:
        """Whether it has it in hand."""
        return item_id in self._held

    def has_finished(self, item_id: int) -> bool:
        """Whether it finished it, not too long ago."""
        return item_id in self._finished

    def finish(self, item_id: int) -> list[tuple[int, Origin | None]]:
        """It has finished everything up to this message: what that was. Empty when it never got it."""
        if item_id not in self._held:
            return []
        order = list(self._held)
        return self.finish_just(order[: order.index(item_id) + 1])

    def finish_just(self, item_ids: Iterable[int]) -> list[tuple[int, Origin | None]]:
        """It has finished these messages: those of them that it got."""
        done = [(each, self._held.pop(each)) for each in item_ids if each in self._held]
        for each, _ in done:
            self._finished.add(each)
        return done
