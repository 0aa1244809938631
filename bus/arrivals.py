"""Arrivals of a process: turns the frames that come from the hub into messages, and holds back what must not be handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bus.clock import MS, now_ns
from bus.codec import Torn, decode_body, decode_header
from bus.envelope import Header
from bus.messages import Cut
from bus.messages.message import Lane, Message
from bus.remembered import Remembered
from bus.tally import Tally

REMEMBERED_IDS = 16_384
"""All that four producers may keep (see bus/outbox.py) and send again to a new hub; three minutes of the fastest streams."""

MOST_SPEAKERS = 64
"""Processes of which it is known what they said last on the control lane; turn-managers, mostly."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that arrived. `message` is None for one that must only be acknowledged (dropped and counted)."""

    header: Header
    message: Message | None
    received_ns: int


class Arrivals:
    """Decodes, and drops what is old, stale, doubled or broken; every drop is counted."""

    def __init__(self, kinds: Mapping[str, type[Message]], tally: Tally) -> None:
        self.below_gen = 0
        self.tally = tally
        self._kinds = kinds
        self._seen = Remembered(REMEMBERED_IDS)
        self._posted: dict[str, tuple[int, int]] = {}
        self._states: dict[tuple[str, str], tuple[int, int]] = {}

    def raise_fence(self, below_gen: int) -> None:
        """Drops everything fenced below the generation from now on."""
        self.below_gen = max(self.below_gen, below_gen)

    def stream(self, frames: list[bytes]) -> Delivery | None:
        """A message of the stream lane; with message None when it must only be acknowledged."""
        delivery = self._open(frames)
        if delivery is None:
            return None
        if not self._seen.add(delivery.header.id):
            if delivery.message is not None:
                self.tally.add(delivery.message.spec.topic, "duplicate")
            return Delivery(delivery.header, None, delivery.received_ns)
        return delivery

    def latest(self, frames: list[bytes]) -> Delivery | None:
        """A message of the latest or state lane; None for what must not be handled, and for a state that is no news."""
        delivery = self._open(frames)
        if delivery is None or delivery.message is None:
            return None
        spec = delivery.message.spec
        if spec.lane is Lane.STATE:
            header = delivery.header
            key, order = (spec.topic, header.source), (header.epoch, header.seq)
            if self._states.get(key, (0, 0)) >= order:
                return None
            self._states[key] = order
        return delivery

    def post(self, frames: list[bytes]) -> Delivery | None:
        """A message of the control lane; None for one that came before, or after what its sender said later.

        A cut raises the fence here, whoever wants to hear of it, and is news whenever it does.
        """
        try:
            topic, header = decode_header(frames)
            kind = Cut if topic == Cut.spec.topic else self._kinds.get(topic)
            message = decode_body(kind, header, frames[2]) if kind else None
        except Torn as torn:
            self.tally.add("?", torn.reason, detail=str(torn))
            return None
        cuts = isinstance(message, Cut) and message.below_gen > self.below_gen
        if isinstance(message, Cut):
            self.raise_fence(message.below_gen)
        order = (header.epoch, header.t - header.shift)  # on its sender's clock: between hosts it may be said twice
        is_news = cuts or order > self._posted.get(header.source, (0, 0))
        self._posted[header.source] = max(order, self._posted.pop(header.source, order))
        if len(self._posted) > MOST_SPEAKERS:
            self._posted.pop(next(iter(self._posted)))
        return Delivery(header, message, now_ns()) if message and is_news else None

    def _open(self, frames: list[bytes]) -> Delivery | None:
        """The message of frames; with message None when it must not be handled; None when it is no message at all."""
        try:
            topic, header = decode_header(frames)
        except Torn as torn:
            self.tally.add("?", torn.reason, detail=str(torn))
            return None
        received_ns = now_ns()
        kind = self._kinds.get(topic)
        reason = "unknown" if kind is None else ""
        if header.fenced and header.gen < self.below_gen:
            reason = "generation"
        elif header.ttl and received_ns > header.t + header.ttl * MS:
            reason = "stale"
        if kind is None or reason:
            self.tally.add(topic, reason)
            return Delivery(header, None, received_ns)
        try:
            return Delivery(header, decode_body(kind, header, frames[2]), received_ns)
        except Torn as torn:
            self.tally.add(topic, torn.reason, detail=str(torn))
            return Delivery(header, None, received_ns)
