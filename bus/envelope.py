"""Envelope: the msgpack header that travels with each message, and the ids that survive a replay."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

import msgspec

VERSION = 1
MAX_HOPS = 16

_MASK = 2**64 - 1
_ODD = 0x9E3779B97F4A7C15
_ANOTHER_ODD = 0xD1342543DE82EF95


class Hop(msgspec.Struct, frozen=True, array_like=True):
    """One actor on the way of a message: when it took its input and when it sent its output (ns, on the clock of the host where it is read)."""

    actor: str
    received: int
    sent: int
    host: str = ""


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything about a message but its payload. Times are ns on the clock of the host where it is read."""

    v: int
    """Version of the envelope."""
    id: int
    """64-bit id; the same again when a replayed input makes the same output."""
    source: str
    """Name of the process that sent it: of its actor, or of one of the actor's replicas."""
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
    shift: int = 0
    """What was added to its times on its way between hosts: they are always on the clock of the host where they are read.
    Times inside of `body` (fields that end in `_ns`) are still to be shifted."""
    error: int = 0
    """How far its times are likely off at most, for that reason."""
    trace: tuple[Hop, ...] = ()
    """The way of its ancestors, oldest first."""
    body: msgspec.Raw = msgspec.Raw(b"\x80")
    """The fields of the message."""


def shifted(header: Header, by_ns: int, error_ns: int) -> Header:
    """The header of a message that comes from another host, with all its times on this host's clock."""
    return msgspec.structs.replace(
        header,
        t0=header.t0 + by_ns,
        t=header.t + by_ns,
        shift=header.shift + by_ns,
        error=header.error + error_ns,
        trace=tuple(Hop(h.actor, h.received + by_ns, h.sent + by_ns, h.host) for h in header.trace),
    )


def root_id(source: str, epoch: int, topic: str, seq: int) -> int:
    """Id of a message that nothing on the bus caused."""
    return (_salt(source, epoch, topic) + seq * _ODD) & _MASK or 1


def derived_id(parent: int, topic: str, index: int) -> int:
    """Id of the `index`-th message on `topic` that handling `parent` gave: equal when the parent is handled again, by
    whichever incarnation or replica."""
    return (_salt("", 0, topic) ^ parent) * _ODD + index * _ANOTHER_ODD & _MASK or 1


@cache
def _salt(source: str, epoch: int, topic: str) -> int:
    """64 random-looking bits. Only here is a digest taken: each message needs an id, and a cold processor needs 20 us
    for one digest. Multiplying by odd numbers keeps ids of one salt apart (it is a bijection of 64 bits)."""
    return int.from_bytes(blake2b(f"{source}\0{epoch}\0{topic}".encode(), digest_size=8).digest(), "big")


NO_CAUSE = Header(v=VERSION, id=0, source="", epoch=0, seq=0, t0=0, t=0, host="")
