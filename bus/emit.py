"""Emit: the one way out of an actor. Its type parameter is the declaration of what the actor may send."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import msgspec

from bus.envelope import NO_CAUSE, Header
from bus.messages.message import Message

M = TypeVar("M", bound=Message, contravariant=True)


class Outlet(Protocol):
    """Where emitted messages go: the bus in a call, a list in a test."""

    async def send(
        self, message: Message, cause: Header, index: int, turn: int | None, gen: int | None, t0: int | None
    ) -> None:
        """Waits while the stream lane has no room (back-pressure); never waits for the other lanes."""


class Emit(Generic[M]):
    """Sends messages as the answer to `cause`, the header of the message being handled."""

    def __init__(self, outlet: Outlet, cause: Header = NO_CAUSE) -> None:
        self.cause = cause
        self._outlet = outlet
        self._sent: dict[str, int] = {}

    async def __call__(
        self,
        message: M,
        *,
        index: int | None = None,
        turn: int | None = None,
        gen: int | None = None,
        t0: int | None = None,
    ) -> None:
        """Sends `message`. `turn`, `gen` and `t0` (capture time) are inherited from the cause unless given.

        `index` is its name among what answers the cause on its topic, by which it is known should the cause be handled
        again: give one where that may begin in the middle. Else messages are counted.
        """
        if index is None:
            topic = message.spec.topic
            index = self._sent.get(topic, 0)
            self._sent[topic] = index + 1
        await self._outlet.send(message, self.cause, index, turn, gen, t0)

    def named_after(self, message_id: int) -> Emit[M]:
        """The same way out for what a timer gives: its ids derive from a message's, as if handling that had given it."""
        return Emit(self._outlet, msgspec.structs.replace(self.cause, id=message_id))


AnyEmit = Emit[Any]
