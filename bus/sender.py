"""Sender of an actor: puts the envelope around what it emits and chooses the lane."""

from __future__ import annotations

from collections import Counter

import msgspec

from bus.clock import now_ns
from bus.codec import encode, encode_body
from bus.envelope import MAX_HOPS, VERSION, Header, Hop, derived_id, root_id
from bus.inbox import Inbox
from bus.link import Link
from bus.messages import Cut
from bus.messages.message import Lane, Message


class Sender:
    """Sends in the name of one incarnation of a process. `actor`: what its hops are called, when not like the process."""

    def __init__(self, link: Link, inbox: Inbox | None, name: str, epoch: int, host: str, actor: str = "") -> None:
        self._link = link
        self._inbox = inbox
        self._name = name
        self._actor = actor or name
        self._epoch = epoch
        self._host = host
        self._seqs: Counter[str] = Counter()

    def answering(self, received_ns: int) -> Answering:
        """The outlet for what is emitted while handling a message that arrived at `received_ns`."""
        return Answering(self, received_ns)

    async def send(
        self,
        message: Message,
        cause: Header,
        index: int,
        received_ns: int,
        *,
        turn: int | None,
        gen: int | None,
        t0: int | None,
    ) -> None:
        """Sends one message; waits while the stream lane has no room."""
        if message.spec.lane is Lane.STREAM and not self._link.has_room:
            await self._wait_for_room()
        self.send_now(message, cause, index, received_ns, turn=turn, gen=gen, t0=t0)

    def send_now(
        self,
        message: Message,
        cause: Header,
        index: int = 0,
        received_ns: int = 0,
        *,
        turn: int | None = None,
        gen: int | None = None,
        t0: int | None = None,
    ) -> int:
        """Sends one message without waiting for room; gives its id, 0 when the fence kept it back."""
        spec = message.spec
        gen = cause.gen if gen is None else gen
        if spec.fenced and gen < self._link.below_gen:
            self._link.tally.add(spec.topic, "generation")
            return 0
        header = self._header(message, cause, index, received_ns, gen)
        if turn is not None or t0 is not None:
            header = msgspec.structs.replace(
                header, turn=header.turn if turn is None else turn, t0=header.t0 if t0 is None else t0
            )
        frames = encode(header, message)
        if spec.lane is Lane.STREAM:
            self._link.store(header.id, frames)
        elif spec.lane is Lane.CONTROL:
            if isinstance(message, Cut):
                self._link.raise_fence(message.below_gen)
            self._link.post(frames)
        else:
            self._link.publish(spec.topic, frames, keep=spec.lane is Lane.STATE)
        return header.id

    def _header(self, message: Message, cause: Header, index: int, received_ns: int, gen: int) -> Header:
        spec, topic = message.spec, message.spec.topic
        self._seqs[topic] += 1
        seq = self._seqs[topic]
        at = now_ns()
        trace = cause.trace
        if spec.lane is Lane.STREAM and len(trace) < MAX_HOPS:
            trace = (*trace, Hop(self._actor, received_ns or at, at, self._host))
        return Header(
            v=VERSION,
            id=derived_id(cause.id, topic, index) if cause.id else root_id(self._name, self._epoch, topic, seq),
            source=self._name,
            epoch=self._epoch,
            seq=seq,
            t0=cause.t0 or at,
            t=at,
            host=self._host,
            parent=cause.id,
            turn=cause.turn,
            gen=gen,
            fenced=spec.fenced,
            ttl=spec.ttl_ms or 0,
            trace=trace,
            body=encode_body(message),
        )

    async def _wait_for_room(self) -> None:
        assert self._inbox is not None
        room = self._inbox.has_room
        while not self._link.has_room:
            room.clear()
            if not self._link.has_room:
                await room.wait()


class Answering:
    """Outlet of one handler call: remembers when its message came in, for the trace."""

    __slots__ = ("_received_ns", "_sender")

    def __init__(self, sender: Sender, received_ns: int) -> None:
        self._sender = sender
        self._received_ns = received_ns

    async def send(
        self, message: Message, cause: Header, index: int, turn: int | None, gen: int | None, t0: int | None
    ) -> None:
        """Sends the answer."""
        await self._sender.send(message, cause, index, self._received_ns, turn=turn, gen=gen, t0=t0)
