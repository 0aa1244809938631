"""Log of the stream lane: what each consumer has still to get, has got, and has handled. Pure: no sockets, no time.

One item is held once, however many consumers wait for it. A consumer group is one actor's name; its members are its
processes (one, or several replicas). A group has a queue of items that wait; a member has the items in flight to it,
bounded by its credit. `done(id)` is cumulative within a member. When a member goes, its items in flight go back to the
front of the queue in their old order, and the next member gets them again. An item is settled when every group has
handled or dropped it; producers keep what is not settled, so that nothing is lost with the hub either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bus.tally import Tally

CREDIT_ITEMS = 2_048
CREDIT_BYTES = 16 * 1024 * 1024
REMEMBERED_IDS = 16_384


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


@dataclass(slots=True, eq=False)
class Member:
    """One process of a group."""

    name: str
    flying: deque[Item] = field(default_factory=deque)
    flying_bytes: int = 0

    def has_credit(self, size: int) -> bool:
        """Whether one more item may be sent. An item larger than the window still goes, alone."""
        return not self.flying or (len(self.flying) < CREDIT_ITEMS and self.flying_bytes + size <= CREDIT_BYTES)


@dataclass(slots=True, eq=False)
class Group:
    """One consumer: the topics it takes, what waits for it, and its processes."""

    name: str
    topics: frozenset[str]
    waiting: deque[Item] = field(default_factory=deque)
    members: dict[str, Member] = field(default_factory=dict)


class StreamLog:
    """Keeps every stream message until all its consumers have handled it."""

    def __init__(self, tally: Tally) -> None:
        self.groups: dict[str, Group] = {}
        self.below_gen = 0
        self._tally = tally
        self._by_topic: dict[str, list[Group]] = {}
        self._seen: dict[str, tuple[set[int], deque[int]]] = {}
        self._count = 0
        self._unsettled: dict[bytes, deque[Item]] = {}
        self._touched: set[bytes] = set()
        self._stirred: dict[str, Group] = {}
        """Groups that may have something to send."""

    def reserve(self, group: str, topics: Iterable[str]) -> Group:
        """Keeps items for a group from now on, though none of its processes takes part yet."""
        wanted = frozenset(topics)
        known = self.groups.get(group)
        if known is None:
            known = self.groups[group] = Group(group, wanted)
            self._index()
        return known

    def join(self, group: str, member: str, topics: Iterable[str]) -> None:
        """A process begins to take a group's items. A group that is new gets what comes from now on."""
        known = self.reserve(group, topics)
        known.topics = frozenset(topics)
        known.members.setdefault(member, Member(member))
        self._stirred[group] = known
        self._index()

    def leave(self, group: str, member: str) -> None:
        """A process is gone: what it had not finished waits again, in the old order."""
        known = self.groups.get(group)
        gone = known.members.pop(member, None) if known else None
        if known and gone and gone.flying:
            known.waiting = deque(sorted([*gone.flying, *known.waiting], key=lambda item: item.number))
            self._stirred[group] = known

    def forget(self, group: str) -> None:
        """A consumer is given up: nothing is kept for it any more."""
        known = self.groups.pop(group, None)
        self._stirred.pop(group, None)
        if known:
            for item in (*known.waiting, *(i for m in known.members.values() for i in m.flying)):
                self._release(item)
        self._index()

    def append(self, item: Item) -> bool:
        """Takes an item in; False when it is a duplicate or of an old generation (both counted)."""
        self._unsettled.setdefault(item.producer, deque()).append(item)
        self._touched.add(item.producer)
        if item.gen and item.gen < self.below_gen:
            self._tally.add(item.topic, "generation")
            return False
        ids, order = self._seen.setdefault(item.topic, (set(), deque()))
        if item.id in ids:
            self._tally.add(item.topic, "duplicate")
            return False
        ids.add(item.id)
        order.append(item.id)
        if len(order) > REMEMBERED_IDS:
            ids.discard(order.popleft())
        self._count += 1
        item.number = self._count
        for group in self._by_topic.get(item.topic, ()):
            group.waiting.append(item)
            item.pending += 1
            self._stirred[group.name] = group
        return True

    def raise_fence(self, below_gen: int) -> None:
        """Drops whatever waits and is fenced below the generation."""
        if below_gen <= self.below_gen:
            return
        self.below_gen = below_gen
        for group in self.groups.values():
            kept: deque[Item] = deque()
            for item in group.waiting:
                if item.gen and item.gen < below_gen:
                    self._tally.add(item.topic, "generation")
                    self._release(item)
                else:
                    kept.append(item)
            group.waiting = kept

    def outgoing(self, now_ns: int) -> Iterator[tuple[Member, Item]]:
        """Hands out what may be sent now; each item counts as in flight from here. Stale ones are skipped, counted."""
        while self._stirred:
            _, group = self._stirred.popitem()
            waiting = group.waiting
            while waiting and group.members:
                item = waiting[0]
                if item.stale_ns and now_ns > item.stale_ns:
                    self._tally.add(item.topic, "stale")
                    self._release(waiting.popleft())
                    continue
                member = _least_busy(group)
                if not member.has_credit(item.size):
                    break
                waiting.popleft()
                member.flying.append(item)
                member.flying_bytes += item.size
                yield member, item

    def done(self, group: str, member: str, item_id: int) -> bool:
        """Everything in flight to the member up to this id is handled. False when the id is not in flight."""
        known = self.groups.get(group)
        who = known.members.get(member) if known else None
        if known is None or who is None or all(item.id != item_id for item in who.flying):
            return False
        while True:
            item = who.flying.popleft()
            who.flying_bytes -= item.size
            self._release(item)
            if item.id == item_id:
                if known.waiting:
                    self._stirred[group] = known
                return True

    def settled(self) -> Iterator[tuple[bytes, int]]:
        """Producers with the last id up to which all of theirs is settled, for those where it moved."""
        for producer in self._touched:
            items = self._unsettled[producer]
            last = 0
            while items and items[0].pending == 0:
                last = items.popleft().id
            if last:
                yield producer, last
            if not items:
                del self._unsettled[producer]
        self._touched.clear()

    def waiting_in(self, group: str) -> int:
        """How many items the group has still to handle."""
        known = self.groups.get(group)
        return len(known.waiting) + sum(len(m.flying) for m in known.members.values()) if known else 0

    def _release(self, item: Item) -> None:
        item.pending -= 1
        if item.pending == 0 and item.producer in self._unsettled:
            self._touched.add(item.producer)

    def _index(self) -> None:
        self._by_topic = {}
        for group in self.groups.values():
            for topic in group.topics:
                self._by_topic.setdefault(topic, []).append(group)


def _least_busy(group: Group) -> Member:
    members = iter(group.members.values())
    if len(group.members) == 1:
        return next(members)
    return min(members, key=lambda m: len(m.flying))
