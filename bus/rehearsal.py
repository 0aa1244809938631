"""Rehearsal: runs one actor without a bus, for scenes in tests. What goes in is handled at once; what comes out is kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypeVar

from bus.actor import Actor
from bus.emit import AnyEmit
from bus.envelope import NO_CAUSE, VERSION, Header, derived_id
from bus.messages.message import Message

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the actor emitted, with the turn and generation that it would carry."""

    message: Message
    turn: int
    gen: int
    t0: int
    id: int
    """As it would be on the bus; 0 when nothing there caused it."""


class Prompter:
    """Outlet that writes down what the actor sends."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    async def send(
        self, message: Message, cause: Header, index: int, turn: int | None, gen: int | None, t0: int | None
    ) -> None:
        """Keeps the message; never waits."""
        self.sent.append(
            Sent(
                message,
                cause.turn if turn is None else turn,
                cause.gen if gen is None else gen,
                cause.t0 if t0 is None else t0,
                derived_id(cause.id, message.spec.topic, index) if cause.id else 0,
            )
        )


class Rehearsal:
    """Drives an actor by hand: `await scene.send(Sentence(...))`, then look at `scene.sent`."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._outlet = Prompter()
        self._running: asyncio.Task[None] | None = None
        self._last_id = 0

    async def __aenter__(self) -> Rehearsal:
        await self.actor.start()
        await self.actor.activate()
        if run := self.actor.wiring.run:
            method = getattr(self.actor, run.method)
            self._running = asyncio.create_task(method(AnyEmit(self._outlet)) if run.wants_emit else method())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.actor.stop()

    async def send(self, *messages: Message, turn: int = 1, gen: int = 1, t0: int = 0, first_id: int = 0) -> None:
        """Hands messages to the actor's handlers, one after the other. Their ids count on, or from `first_id`."""
        self._last_id = first_id - 1 if first_id else self._last_id
        for message in messages:
            self._last_id += 1
            fenced = message.spec.fenced
            cause = Header(
                v=VERSION,
                id=self._last_id,
                source="test",
                epoch=1,
                seq=1,
                t0=t0,
                t=0,
                host="test",
                turn=turn,
                gen=gen,
                fenced=fenced,
            )
            handler = self.actor.wiring.handlers[type(message)]
            method = getattr(self.actor, handler.method)
            await (method(message, AnyEmit(self._outlet, cause)) if handler.wants_emit else method(message))

    async def ring(self) -> None:
        """The alarm's time has come."""
        handler = self.actor.wiring.alarm
        assert handler is not None
        self.actor.alarm.at_ns = None
        method = getattr(self.actor, handler.method)
        await (method(AnyEmit(self._outlet, NO_CAUSE)) if handler.wants_emit else method())

    @property
    def sent(self) -> list[Sent]:
        """Everything emitted since the last `take`."""
        return self._outlet.sent

    def of(self, kind: type[M]) -> list[M]:
        """All messages of one type that were emitted so far."""
        return [s.message for s in self.sent if isinstance(s.message, kind)]

    def take(self) -> list[Message]:
        """What was emitted since the last look."""
        messages = [s.message for s in self.sent]
        self.sent.clear()
        return messages
