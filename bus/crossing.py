"""Words that cross between two hubs. Frames of messages follow some of them."""

from __future__ import annotations

import msgspec

from bus.codec import UNREADABLE
from bus.errors import Broken


class Crossing(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Base of all words between hubs."""


class Afar(msgspec.Struct, frozen=True, array_like=True):
    """A process as the hub of another host tells of it."""

    name: str
    epoch: int
    group: str
    active: bool
    """It takes part; before that, its streams are kept for it."""
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    hears: tuple[str, ...]
    watches: tuple[str, ...]
    states: tuple[str, ...]
    bulky: tuple[str, ...]
    """Topics among `gives` that may wait behind everything else."""

    @property
    def member(self) -> str:
        """Its name in the stream log."""
        return f"{self.name}#{self.epoch}"


class Meet(Crossing, frozen=True, omit_defaults=True):
    """The first word on a fresh connection, both ways: all that was under way on the one before is void."""

    host: str
    boot: int
    """Changes with each start of the hub."""
    below_gen: int = 0
    meeting: int = 0
    """Number that the connecting side gives it."""


class Opened(Crossing, frozen=True, omit_defaults=True):
    """The first word of a meeting on the bulky connection, both ways: all that came over it before is void.

    The two connections are made anew one after the other, and one that is dead takes in what is sent for a while.
    """

    meeting: int


class News(Crossing, frozen=True, omit_defaults=True):
    """Who is on this side now, and which of those who were here have died."""

    peers: tuple[Afar, ...] = ()
    died: tuple[str, ...] = ()
    """Members of the stream log."""


class Wants(Crossing, frozen=True, omit_defaults=True):
    """What of the latest lane is wanted on this side: prefixes of topic frames, those of taps among them."""

    prefixes: tuple[bytes, ...] = ()


class Carry(Crossing, frozen=True, omit_defaults=True):
    """A stream message for these members, and when it set out on the sender's clock; its three frames follow."""

    members: tuple[str, ...]
    sent: int = 0
    meeting: int = 0
    number: int = 0
    """Counted from 1 in each meeting, on each of the two connections."""


class Handled(Crossing, frozen=True, omit_defaults=True):
    """A member has finished these stream messages."""

    member: str
    ids: tuple[int, ...]


class Publish(Crossing, frozen=True, omit_defaults=True):
    """A message of the latest or state lane; its three frames follow, or those of a tap's copy are packed in it."""

    slip: bytes = b""
    """See bus/slip.py."""


class Posted(Crossing, frozen=True, omit_defaults=True):
    """A message of the control lane; its three frames follow."""


class Left(Crossing, frozen=True, omit_defaults=True):
    """A state of a process that has gone from this side, before the news of that; its three frames follow."""


class Got(Crossing, frozen=True, omit_defaults=True):
    """So many bytes of what is bounded have arrived on each of the two connections since they met."""

    swift: int
    bulky: int


class Ping(Crossing, frozen=True, omit_defaults=True):
    """When it was sent, on the sender's clock."""

    sent: int


class Pong(Crossing, frozen=True, omit_defaults=True):
    """The answer: the ping's time, and when it came and was answered on the other clock."""

    sent: int
    came: int
    answered: int


class Forget(Crossing, frozen=True, omit_defaults=True):
    """A consumer is given up: nothing is kept for it any more, on any host."""

    group: str


class Relay(Crossing, frozen=True, omit_defaults=True):
    """A question to a peer of the other host, or the answer to one of theirs; its frame follows."""


AnyCrossing = (
    Meet | Opened | News | Wants | Carry | Handled | Publish | Posted | Left | Got | Ping | Pong | Forget | Relay
)

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyCrossing] = msgspec.msgpack.Decoder(AnyCrossing)


def encode_crossing(word: Crossing) -> bytes:
    """One frame."""
    return _encoder.encode(word)


def decode_crossing(frame: bytes) -> AnyCrossing:
    """The word of a frame. Raises Broken for anything that is not one."""
    try:
        return _decoder.decode(frame)
    except UNREADABLE as error:
        raise Broken(f"not a word between hubs: {error}") from None
