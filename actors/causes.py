"""Causes: the first message of each reply, so that what is sent of it later answers that message and carries its trace."""

from __future__ import annotations

from typing import Generic

from bus.emit import Emit, M

MOST = 64
"""Replies remembered; the oldest is forgotten."""


class Causes(Generic[M]):
    """For an actor that sends in its `run` what its handlers were given."""

    def __init__(self) -> None:
        self._emits: dict[tuple[int, int], Emit[M]] = {}
        self._begun: set[tuple[int, int]] = set()

    def remember(self, emit: Emit[M]) -> None:
        """Keeps the way out of a handler, if it is the first of its reply."""
        self._emits.setdefault((emit.cause.turn, emit.cause.gen), emit)
        if len(self._emits) > MOST:
            oldest = next(iter(self._emits))
            del self._emits[oldest]
            self._begun.discard(oldest)

    def prefer(self, emit: Emit[M]) -> None:
        """Keeps this way out instead, as long as nothing of its reply was sent: it is what the reply waited for."""
        key = (emit.cause.turn, emit.cause.gen)
        if key in self._emits and key not in self._begun:
            self._emits[key] = emit

    async def send(self, message: M, turn: int, gen: int, *, index: int | None = None) -> None:
        """Sends as an answer to the first message of the reply; nothing for a reply that is long forgotten.

        `index` names it among these answers (see `Emit`): who takes a reply over in its middle has not sent as many.
        """
        if emit := self._emits.get((turn, gen)):
            self._begun.add((turn, gen))
            await emit(message, index=index)
