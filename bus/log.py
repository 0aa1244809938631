"""Log of the stream lane: what each consumer has still to get, has got, and has handled. Pure: no sockets, no time.

One item is held once, however many consumers wait for it. A consumer group is one actor's name; its members are its
processes (one, or several replicas). A group has a queue of items that wait; a member has the items in flight to it,
bounded by its credit. `done(id)` is cumulative within a member. When a member goes, its items in flight go back to the
front of the queue in their old order, and the next member gets them again. What was in flight to a process that died
may have killed it: after two deaths an item is tested alone (or with others like it, see `Group.trial`), so that only the
guilty one is there at the third, and is dropped as poison. An item is settled when every group has handled or dropped it; producers keep what is not settled, so
that nothing is lost with the hub either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from bus.clock import MS
from bus.group import Group, Item, Member
from bus.remembered import Remembered
from bus.tally import Tally

REMEMBERED_IDS = 65_536
"""Of all topics together, so that their number costs nothing: five minutes of a call, and each of 16 producers may send all
again that it keeps (see bus/outbox.py). What somebody has still to handle is known however old it is."""
MAX_DEATHS = 3
"""Processes that may die with an item in flight before it is dropped."""
TEST_NS = 200 * MS
"""How long a suspect item flies alone: who lives on is not killed by it, and may need the next ones to finish it."""


class StreamLog:
    """Keeps every stream message until all its consumers have handled it."""

    def __init__(self, tally: Tally) -> None:
        self.groups: dict[str, Group] = {}
        self.below_gen = 0
        self._tally = tally
        self._by_topic: dict[str, list[Group]] = {}
        self._seen = Remembered(REMEMBERED_IDS)
        self._count = 0
        self._unsettled: dict[bytes, deque[Item]] = {}
        self._touched: set[bytes] = set()
        self._open: dict[tuple[str, int], Item] = {}
        """Items that somebody has still to handle, by topic and id."""
        self._stirred: dict[str, Group] = {}
        """Groups that may have something to send."""
        self._deaf: list[Member] = []
        self._tested: list[Member] = []

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
        if member not in known.members:
            known.members[member] = Member(member, known)
        self._stirred[group] = known
        self._index()

    def leave(self, group: str, member: str, *, died: bool = False) -> None:
        """A process is gone: what it had not finished waits again, in the old order. `died`: it did not go on purpose."""
        known = self.groups.get(group)
        gone = known.members.pop(member, None) if known else None
        if not known or not gone:
            return
        self._deaf = [m for m in self._deaf if m is not gone]
        self._tested = [m for m in self._tested if m is not gone]
        back = []
        unclear = gone.tested if died and len(gone.tested) > 1 else []
        if died:
            known.trial, known.is_wary = 1, bool(unclear)
        for item in gone.flying:
            if died and item not in unclear:  # else any of them may have done it
                known.deaths[item.number] = known.deaths.get(item.number, 0) + 1
            if item.gen and item.gen < self.below_gen:
                self._drop(known, item, "generation")
            elif known.deaths.get(item.number, 0) >= MAX_DEATHS:
                self._drop(known, item, "poison")
            else:
                back.append(item)
        known.waiting = deque(sorted([*back, *known.waiting], key=lambda item: item.number))
        self._stirred[group] = known

    def forget(self, group: str) -> None:
        """A consumer is given up: nothing is kept for it any more."""
        known = self.groups.pop(group, None)
        self._stirred.pop(group, None)
        if known:
            self._deaf = [m for m in self._deaf if m.group is not known]
            self._tested = [m for m in self._tested if m.group is not known]
            for item in (*known.waiting, *(i for m in known.members.values() for i in m.flying)):
                self._release(known, item)
        self._index()

    def append(self, item: Item) -> bool:
        """Takes an item in; False when it is a duplicate or of an old generation (both counted)."""
        self._unsettled.setdefault(item.producer, deque()).append(item)
        self._touched.add(item.producer)
        if item.gen and item.gen < self.below_gen:
            self._tally.add(item.topic, "generation")
            return False
        item.first = self._open.get((item.topic, item.id))
        if item.first or not self._seen.add(hash((item.topic, item.id))):
            self._tally.add(item.topic, "duplicate")
            if item.first:
                item.first.echoes.append(item.producer)
            return False
        self._count += 1
        item.number = self._count
        for group in self._by_topic.get(item.topic, ()):
            group.waiting.append(item)
            item.pending += 1
            self._stirred[group.name] = group
        if item.pending:
            self._open[item.topic, item.id] = item
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
                    self._drop(group, item, "generation")
                else:
                    kept.append(item)
            group.waiting = kept

    def outgoing(self, now_ns: int) -> Iterator[tuple[Member, Item]]:
        """Hands out what may be sent now; each item counts as in flight from here. Stale ones are skipped, counted."""
        while self._stirred:
            _, group = self._stirred.popitem()
            waiting = group.waiting
            while waiting:
                item = waiting[0]
                if item.stale_ns and now_ns > item.stale_ns:
                    self._drop(group, waiting.popleft(), "stale")
                    continue
                suspect = bool(group.deaths) and group.deaths.get(item.number, 0) == MAX_DEATHS - 1
                member = group.taker(item, suspect=suspect)
                if member is None:
                    break
                waiting.popleft()
                member.flying.append(item)
                member.flying_bytes += item.size
                if suspect:
                    self._test(member, item, now_ns)
                yield member, item

    def take_back(self, member: Member) -> None:
        """What was handed out last did not reach the member: it waits again, and no other goes there before `retry`."""
        item = member.flying.pop()
        member.flying_bytes -= item.size
        if item in member.tested:
            member.tested.remove(item)
            if not member.tested:
                self._tested.remove(member)
        member.group.waiting.appendleft(item)
        member.deaf = True
        self._deaf.append(member)

    def retry(self, now_ns: int) -> None:
        """Lets those that could not be reached be tried again, and acquits what has killed nobody for a while."""
        for member in self._deaf:
            member.deaf = False
            self._stirred[member.group.name] = member.group
        self._deaf.clear()
        for member in [m for m in self._tested if now_ns >= m.tested_until_ns]:
            self._acquit(member)
            if not member.group.is_wary:
                member.group.trial *= 2

    @property
    def is_patient(self) -> bool:
        """Whether something waits for time to pass: look again soon."""
        return bool(self._deaf or self._tested)

    def done(self, group: str, member: str, item_id: int) -> bool:
        """Everything in flight to the member up to this id is handled. False when it is not in flight."""
        known = self.groups.get(group)
        who = known.members.get(member) if known else None
        if known is None or who is None or all(item.id != item_id for item in who.flying):
            return False
        upto = next(place for place, item in enumerate(who.flying) if item.id == item_id)
        return self.finish(group, member, [item.id for item in islice(who.flying, upto + 1)])

    def finish(self, group: str, member: str, ids: Iterable[int]) -> bool:
        """The member has handled just these. False when none of them is in flight to it."""
        known = self.groups.get(group)
        who = known.members.get(member) if known else None
        if known is None or who is None:
            return False
        finished = set(ids)
        done = [item for item in who.flying if item.id in finished]
        if len(done) == len(who.flying):
            who.flying.clear()
        elif done:
            who.flying = deque(item for item in who.flying if item.id not in finished)
        for item in done:
            who.flying_bytes -= item.size
            self._release(known, item)
        if who.tested and finished.issuperset(item.id for item in who.tested):
            self._acquit(who)
        if done and known.waiting:
            self._stirred[group] = known
        return bool(done)

    def settled(self) -> Iterator[tuple[bytes, int]]:
        """Producers with the last id up to which all of theirs is settled, for those where it moved."""
        for producer in self._touched:
            items = self._unsettled[producer]
            last = 0
            while items and (items[0].first or items[0]).pending == 0:
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

    def _test(self, member: Member, item: Item, now_ns: int) -> None:
        if not member.tested:
            member.tested_until_ns = now_ns + TEST_NS
            self._tested.append(member)
        member.tested.append(item)

    def _acquit(self, member: Member) -> None:
        """What was tested has killed nobody."""
        self._tested.remove(member)
        for item in member.tested:
            member.group.deaths.pop(item.number, None)
        member.tested.clear()
        self._stirred[member.group.name] = member.group

    def _drop(self, group: Group, item: Item, reason: str) -> None:
        self._tally.add(item.topic, reason, detail=f"consumer={group.name}")
        self._release(group, item)

    def _release(self, group: Group, item: Item) -> None:
        if group.deaths:
            group.deaths.pop(item.number, None)
        item.pending -= 1
        if not item.pending:
            self._open.pop((item.topic, item.id), None)
            self._touched.update(p for p in (item.producer, *item.echoes) if p in self._unsettled)

    def _index(self) -> None:
        self._by_topic = {}
        for group in self.groups.values():
            for topic in group.topics:
                self._by_topic.setdefault(topic, []).append(group)
