"""The log in any order: no interleaving loses, repeats or reorders an item, or lets an old generation out."""

from __future__ import annotations

import logging
from collections import defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bus.group import CREDIT_BYTES, Item
from bus.log import StreamLog
from bus.tally import Tally

TOPICS = ("llm.token", "tts.audio")


def item(
    number: int, topic: str = "llm.token", *, gen: int = 0, size: int = 1, stale_ns: int = 0, by: str = "p"
) -> Item:
    return Item(number, by.encode(), topic, [b"", b"", b""], size, gen, stale_ns)


class AnyOrder(RuleBasedStateMachine):
    """Any order of what may happen to a log, beside a plain account of who must still get what."""

    @initialize()
    def begin(self) -> None:
        self.log = StreamLog(Tally(logging.getLogger("test")))
        self.log._tally._log.disabled = True
        self.count = 0
        self.life = 0
        self.below_gen = 0
        self.items: dict[int, Item] = {}
        self.owed: dict[str, list[int]] = {}
        self.flying: dict[str, dict[str, list[int]]] = {}
        self.delivered: dict[str, list[int]] = defaultdict(list)
        self.sent: dict[bytes, list[int]] = {b"p": [], b"q": []}
        self.left_behind: set[int] = set()
        """What a member had in hand when it went: another one gets it after later ones."""
        self.told: dict[bytes, int] = {b"p": 0, b"q": 0}

    @rule(
        topic=st.sampled_from(TOPICS),
        producer=st.sampled_from([b"p", b"q"]),
        behind=st.sampled_from([None, 0, 1]),
        size=st.sampled_from([1, CREDIT_BYTES // 2, 2 * CREDIT_BYTES]),
    )
    def append(self, topic: str, producer: bytes, behind: int | None, size: int) -> None:
        self.count += 1
        gen = 0 if behind is None else self.below_gen + 1 - behind * 2
        one = Item(self.count, producer, topic, [b"", b"", b""], size, max(0, gen), 0)
        self.items[one.id] = one
        self.sent[producer].append(one.id)
        passes = not (one.gen and one.gen < self.below_gen)
        assert self.log.append(one) == passes
        if passes:
            for name in self.owed:
                if topic in self.log.groups[name].topics:
                    self.owed[name].append(one.id)

    @precondition(lambda self: self.items)
    @rule()
    def append_again(self) -> None:
        last = self.items[self.count]
        again = Item(last.id, b"r", last.topic, last.frames, last.size, last.gen, 0)
        assert not self.log.append(again)

    @rule(name=st.sampled_from(["tts", "face"]), one=st.sampled_from(["a", "b"]))
    def join(self, name: str, one: str) -> None:
        self.life += 1
        member = f"{name}.{one}"
        self.log.join(name, member, TOPICS if name == "tts" else TOPICS[1:])
        self.owed.setdefault(name, [])
        self.flying.setdefault(name, {}).setdefault(member, [])

    @rule(name=st.sampled_from(["tts", "face"]), one=st.sampled_from(["a", "b"]))
    def leave(self, name: str, one: str) -> None:
        member = f"{name}.{one}"
        self.log.leave(name, member)
        for number in self.flying.get(name, {}).pop(member, []):
            assert number in self.owed[name]
            self.left_behind.add(number)
        self.delivered.pop(member, None)

    @rule(name=st.sampled_from(["tts", "face"]))
    def forget(self, name: str) -> None:
        self.log.forget(name)
        self.owed.pop(name, None)
        for member in self.flying.pop(name, {}):
            self.delivered.pop(member, None)

    @rule(steps=st.integers(2, 3))
    def raise_fence(self, steps: int) -> None:
        self.below_gen += steps
        self.log.raise_fence(self.below_gen)
        self._strike_old()

    @rule(name=st.sampled_from(["tts", "face"]), one=st.sampled_from(["a", "b"]))
    def leave_with_what_a_fence_has_made_old(self, name: str, one: str) -> None:
        self.deliver(fails=False)
        self.raise_fence(2)
        self.leave(name, one)

    def _strike_old(self) -> None:
        for name, owed in self.owed.items():
            flying = {n for numbers in self.flying[name].values() for n in numbers}
            owed[:] = [n for n in owed if n in flying or not 0 < self.items[n].gen < self.below_gen]

    @rule(fails=st.booleans())
    def deliver(self, fails: bool) -> None:
        for member, one in self.log.outgoing(0):
            if fails:
                self.log.take_back(member)
                continue
            assert not 0 < one.gen < self.below_gen, "an old generation was let out after the fence"
            assert one.id not in self.delivered[member.name], "repeated within one life"
            in_order = all(n < one.id for n in self.delivered[member.name])
            assert in_order or one.id in self.left_behind, "out of order"
            self.delivered[member.name].append(one.id)
            self.flying[member.group.name][member.name].append(one.id)
        self.log.retry(0)

    @rule(name=st.sampled_from(["tts", "face"]), one=st.sampled_from(["a", "b"]), share=st.floats(0, 1))
    def done(self, name: str, one: str, share: float) -> None:
        member = f"{name}.{one}"
        flying = self.flying.get(name, {}).get(member, [])
        if not flying:
            return
        upto = int(share * (len(flying) - 1))
        assert self.log.done(name, member, flying[upto])
        for number in flying[: upto + 1]:
            self.owed[name].remove(number)
        del flying[: upto + 1]

    @rule()
    def settle(self) -> None:
        self._strike_old()
        for producer, last in self.log.settled():
            if producer in self.told:
                assert last > self.told[producer]
                self.told[producer] = last
        waits = {n for owed in self.owed.values() for n in owed}
        for producer, numbers in self.sent.items():
            right = 0
            for number in numbers:
                if number in waits:
                    break
                right = number
            assert self.told[producer] == right, "settled is told exactly when all have handled it"

    @invariant()
    def all_that_is_owed_is_kept(self) -> None:
        self._strike_old()
        for name, owed in self.owed.items():
            group = self.log.groups[name]
            assert not any(0 < i.gen < self.below_gen for i in group.waiting), "an old generation waits to be let out"
            kept = {i.id for i in group.waiting}
            kept |= {i.id for m in group.members.values() for i in m.flying}
            assert kept == set(owed), "lost, or kept too long"

    def teardown(self) -> None:
        """In the end everybody handles everything, and no memory is left behind."""
        if not hasattr(self, "log"):
            return
        for name in list(self.owed):
            self.join(name, "a")
        for _ in range(len(self.items) + 2):
            self.deliver(fails=False)
            for name in self.flying:
                for member in self.flying[name]:
                    self.done(name, member.partition(".")[2], 1.0)
        self.settle()
        assert not any(self.owed.values()), "not all was handled"
        assert self.log._unsettled == {}
        for group in self.log.groups.values():
            assert not group.waiting
            assert not group.deaths
            assert not any(m.flying or m.flying_bytes for m in group.members.values())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40)
