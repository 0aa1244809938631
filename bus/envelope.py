"""Envelope: the msgpack header that travels with each message, and the ids that survive a replay."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

VERSION = 1
MAX_HOPS = 16


class Hop(msgspec.Struct, frozen=True, array_like=True):
    """One actor on the way of a message: when it took its input and when it sent its output (ns, clock of `host`)."""

    actor: str
    received: int
    sent: int
    host: str = ""


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything about a message but its payload. Times are ns on the clock of `host`."""

    v: int
    """Version of the envelope."""
    id: int
    """64-bit id; the same again when a replayed input makes the same output."""
    source: str
    """Name of the actor that sent it."""
    epoch: int
    """Incarnation of the source process; a newer one silences the older."""
    seq: int
    """Counts the messages of this source and topic in this epoch from 1."""
    t0: int
    """Capture time of the media or event that caused it all."""
    t: int
    """Send time."""
    host: str
    parent: int = 0
    """Id of the message that it answers; 0: none."""
    turn: int = 0
    gen: int = 0
    fenced: bool = False
    """Dropped once the generation has been raised above `gen`."""
    ttl: int = 0
    """Milliseconds after `t` at which it is stale; 0: never."""
    trace: tuple[Hop, ...] = ()
    """The way of its ancestors, oldest first."""
    body: msgspec.Raw = msgspec.Raw(b"\x80")
    """The fields of the message."""


def root_id(source: str, epoch: int, topic: str, seq: int) -> int:
    """Id of a message that nothing on the bus caused."""
    return _digest(f"{source}\0{epoch}\0{topic}\0{seq}".encode())


def derived_id(parent: int, topic: str, index: int) -> int:
    """Id of the `index`-th message on `topic` that handling `parent` gave: equal when the parent is handled again."""
    return _digest(b"%d\0%s\0%d" % (parent, topic.encode(), index))


def _digest(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") or 1


NO_CAUSE = Header(v=VERSION, id=0, source="", epoch=0, seq=0, t0=0, t=0, host="")
