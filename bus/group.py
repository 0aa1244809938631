"""Group of consumers in the stream log: one actor's name, its processes, and what waits for it and flies to them. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bus.clock import MS
from bus.envelope import Header

CREDIT_ITEMS = 2_048
CREDIT_BYTES = 16 * 1024 * 1024


@dataclass(slots=True, eq=False)
class Item:
    """One message in the log. `stale_ns`: when it goes stale (0: never); `gen`: 0 when it is not fenced."""

    id: int
    producer: bytes
    topic: str
    frames: Sequence[bytes]
    size: int
    gen: int
    stale_ns: int
    number: int = 0
    """Order of arrival."""
    pending: int = 0
    """Groups that have still to handle it."""
    first: Item | None = None
    """The one that it only repeats: it is settled when that one is."""
    echoes: list[bytes] = field(default_factory=list)
    """Producers that sent it too: its producer's successor, or another replica."""

    @classmethod
    def of(cls, frames: Sequence[bytes], topic: str, header: Header, producer: bytes) -> Item:
        """The item of a message."""
        size = len(frames[1]) + len(frames[2])
        stale_ns = header.t + header.ttl * MS if header.ttl else 0
        return cls(header.id, producer, topic, frames, size, header.gen if header.fenced else 0, stale_ns)


@dataclass(slots=True, eq=False)
class Member:
    """One process of a group."""

    name: str
    group: Group
    flying: deque[Item] = field(default_factory=deque)
    flying_bytes: int = 0
    deaf: bool = False
    """What is sent does not reach it yet: its socket is still connecting."""
    tested: list[Item] = field(default_factory=list)
    """Suspect items that fly to it: nothing else joins them until they are acquitted."""
    tested_until_ns: int = 0
    """When they are."""

    def takes(self, item: Item, *, suspect: bool) -> bool:
        """Whether the item may be sent to it now. An item larger than the window still goes, alone."""
        if self.deaf:
            return False
        if self.tested:
            return suspect and len(self.tested) < self.group.trial
        if not self.flying:
            return True
        if self.group.is_shared:
            return False
        return suspect or (len(self.flying) < CREDIT_ITEMS and self.flying_bytes + item.size <= CREDIT_BYTES)


@dataclass(slots=True, eq=False)
class Group:
    """One consumer: the topics it takes, what waits for it, and its processes."""

    name: str
    topics: frozenset[str]
    waiting: deque[Item] = field(default_factory=deque)
    members: dict[str, Member] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    """How many processes died with an item in flight, by its number."""
    trial: int = 1
    """How many suspect items may be tested together: one after a death, twice as many after each that was survived. Work
    that is larger than a message (an utterance) makes many suspects, and is not finished before the last has come."""
    is_wary: bool = False
    """Several were tested together, and one of them killed: each is tested alone until the guilty one is found."""
    is_shared: bool = False
    """It has had several members: each gets one item at a time, so that none waits behind a slow one, and what a dead one
    leaves is the next in turn."""

    def taker(self, item: Item, *, suspect: bool) -> Member | None:
        """The member that gets the item now; None when all are busy."""
        self.is_shared = self.is_shared or len(self.members) > 1
        return next((member for member in self.members.values() if member.takes(item, suspect=suspect)), None)
