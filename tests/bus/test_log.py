"""Scenes of the stream log: who gets what, again and again, until it is handled."""

from __future__ import annotations

import logging
from collections import defaultdict

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bus.log import CREDIT_BYTES, CREDIT_ITEMS, MAX_DEATHS, TEST_NS, Item, StreamLog
from bus.tally import Tally

TOPICS = ("llm.token", "tts.audio")


def item(
    number: int, topic: str = "llm.token", *, gen: int = 0, size: int = 1, stale_ns: int = 0, by: str = "p"
) -> Item:
    return Item(number, by.encode(), topic, [b"", b"", b""], size, gen, stale_ns)


@pytest.fixture
def log() -> StreamLog:
    return StreamLog(Tally(logging.getLogger("test")))


def sent(log: StreamLog, now_ns: int = 0) -> list[tuple[str, int]]:
    return [(member.name, item.id) for member, item in log.outgoing(now_ns)]


def drops(log: StreamLog, reason: str) -> int:
    return log._tally["llm.token", reason]


def test_each_consumer_gets_each_message_once_in_order(log: StreamLog) -> None:
    log.join("chunker", "c1", ["llm.token"])
    log.join("web", "w1", ["llm.token"])
    for n in (1, 2, 3):
        log.append(item(n))
    out = sent(log)
    assert [n for who, n in out if who == "c1"] == [n for who, n in out if who == "w1"] == [1, 2, 3]
    assert sent(log) == []


def test_what_a_dead_process_had_not_finished_goes_to_the_next_one_in_the_old_order(log: StreamLog) -> None:
    log.join("tts", "tts#1", ["llm.token"])
    for n in (1, 2, 3):
        log.append(item(n))
    sent(log)
    log.done("tts", "tts#1", 1)
    log.append(item(4))
    log.leave("tts", "tts#1", died=True)
    log.join("tts", "tts#2", ["llm.token"])
    assert sent(log) == [("tts#2", 2), ("tts#2", 3), ("tts#2", 4)]


def test_nothing_is_lost_while_nobody_of_a_consumer_is_there(log: StreamLog) -> None:
    log.reserve("tts", ["llm.token"])
    log.append(item(1))
    assert list(log.settled()) == []
    log.join("tts", "tts#1", ["llm.token"])
    assert sent(log) == [("tts#1", 1)]


def test_a_message_that_nobody_takes_is_settled_at_once(log: StreamLog) -> None:
    log.append(item(7))
    assert list(log.settled()) == [(b"p", 7)]
    assert list(log.settled()) == []


def test_settled_waits_for_the_slowest_consumer_and_keeps_the_order_of_the_producer(log: StreamLog) -> None:
    log.join("fast", "f", ["llm.token", "tts.audio"])
    log.join("slow", "s", ["llm.token"])
    for one in (item(1), item(2, "tts.audio")):
        log.append(one)
    sent(log)
    log.done("fast", "f", 2)
    assert list(log.settled()) == []
    log.done("slow", "s", 1)
    assert list(log.settled()) == [(b"p", 2)]


def test_a_duplicate_is_dropped_counted_and_settled(log: StreamLog) -> None:
    log.append(item(1))
    assert not log.append(item(1, by="successor"))
    assert drops(log, "duplicate") == 1
    assert dict(log.settled()) == {b"p": 1, b"successor": 1}


def test_credit_bounds_what_flies_to_a_slow_process(log: StreamLog) -> None:
    log.join("tts", "t", ["llm.token"])
    for n in range(1, CREDIT_ITEMS + 10):
        log.append(item(n))
    assert len(sent(log)) == CREDIT_ITEMS
    log.done("tts", "t", 4)
    assert len(sent(log)) == 4


def test_a_message_larger_than_the_window_still_goes_but_alone(log: StreamLog) -> None:
    log.join("tts", "t", ["llm.token"])
    log.append(item(1))
    log.append(item(2, size=2 * CREDIT_BYTES))
    assert sent(log) == [("t", 1)]
    log.done("tts", "t", 1)
    assert sent(log) == [("t", 2)]


def test_replicas_share_and_the_least_busy_is_next(log: StreamLog) -> None:
    log.join("tts", "a", ["llm.token"])
    log.join("tts", "b", ["llm.token"])
    for n in (1, 2, 3):
        log.append(item(n))
    assert sent(log) == [("a", 1), ("b", 2), ("a", 3)]


def test_the_stale_is_skipped_and_counted_even_if_nobody_is_there_to_take_it(log: StreamLog) -> None:
    log.reserve("face", ["llm.token"])
    log.append(item(1, stale_ns=100))
    assert sent(log, now_ns=101) == []
    assert drops(log, "stale") == 1
    assert list(log.settled()) == [(b"p", 1)]


def test_the_fence_drops_what_waits_and_lets_nothing_old_in(log: StreamLog) -> None:
    log.reserve("tts", ["llm.token"])
    log.append(item(1, gen=1))
    log.append(item(2))
    log.raise_fence(2)
    assert not log.append(item(3, gen=1))
    log.append(item(4, gen=2))
    log.join("tts", "t", ["llm.token"])
    assert sent(log) == [("t", 2), ("t", 4)]
    assert drops(log, "generation") == 2
    log.raise_fence(1)
    assert log.below_gen == 2, "a fence is never lowered"


def test_what_comes_back_from_the_dead_meets_the_fence_too(log: StreamLog) -> None:
    log.join("tts", "tts#1", ["llm.token"])
    log.append(item(1, gen=1))
    sent(log)
    log.raise_fence(2)
    log.leave("tts", "tts#1", died=True)
    log.join("tts", "tts#2", ["llm.token"])
    assert sent(log) == []
    assert list(log.settled()) == [(b"p", 1)]


def test_poison_is_dropped_after_three_deaths_and_only_the_guilty_message(log: StreamLog) -> None:
    """Message 2 kills. 1 and 3 were in flight with it twice; the third time each is tried alone."""
    log.reserve("tts", ["llm.token"])
    for n in (1, 2, 3):
        log.append(item(n))
    handled = []
    for life in range(1, 10):
        member = f"tts#{life}"
        log.join("tts", member, ["llm.token"])
        died = False
        while not died and (batch := sent(log)):
            for _, number in batch:
                if number == 2:
                    died = True
                    break
                if life > 2:
                    handled.append(number)
                    log.done("tts", member, number)
        if not died:
            break
        log.leave("tts", member, died=True)
    assert life == MAX_DEATHS + 1
    assert handled == [1, 3]
    assert drops(log, "poison") == 1
    assert list(log.settled()) == [(b"p", 3)]
    assert log.groups["tts"].deaths == {}


def test_a_suspect_whose_process_lives_on_lets_the_others_follow(log: StreamLog) -> None:
    """An actor may need the next messages before it can acknowledge this one."""
    log.reserve("tts", ["llm.token"])
    for n in (1, 2):
        log.append(item(n))
    for life in range(MAX_DEATHS - 1):
        log.join("tts", f"tts#{life}", ["llm.token"])
        sent(log)
        log.leave("tts", f"tts#{life}", died=True)
    log.join("tts", "tts#9", ["llm.token"])
    assert sent(log) == [("tts#9", 1)]
    assert log.is_patient
    log.retry(TEST_NS - 1)
    assert sent(log) == []
    log.retry(TEST_NS)
    assert log.groups["tts"].deaths == {2: 2}
    log.done("tts", "tts#9", 1)
    assert sent(log) == [("tts#9", 2)]


def test_a_hand_over_makes_nothing_suspect(log: StreamLog) -> None:
    log.reserve("tts", ["llm.token"])
    log.append(item(1))
    for life in range(5):
        log.join("tts", f"tts#{life}", ["llm.token"])
        assert sent(log) == [(f"tts#{life}", 1)]
        log.leave("tts", f"tts#{life}")
    assert drops(log, "poison") == 0


def test_what_did_not_reach_a_socket_is_kept_until_it_does(log: StreamLog) -> None:
    log.join("tts", "t", ["llm.token"])
    log.append(item(1))
    for member, _ in log.outgoing(0):
        log.take_back(member)
    log.append(item(2))
    assert sent(log) == []
    assert log.is_patient
    log.retry(0)
    assert sent(log) == [("t", 1), ("t", 2)]
    assert not log.is_patient


def test_a_consumer_that_is_given_up_holds_nothing_back(log: StreamLog) -> None:
    log.join("tts", "t", ["llm.token"])
    log.append(item(1))
    sent(log)
    log.append(item(2))
    log.forget("tts")
    assert list(log.settled()) == [(b"p", 2)]
    assert not log.done("tts", "t", 1)
    assert log.waiting_in("tts") == 0


def test_an_unknown_acknowledgement_changes_nothing(log: StreamLog) -> None:
    log.join("tts", "t", ["llm.token"])
    log.append(item(1))
    sent(log)
    assert not log.done("tts", "t", 99)
    assert not log.done("nobody", "t", 1)
    assert log.waiting_in("tts") == 1


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
            assert all(n < one.id for n in self.delivered[member.name]), "out of order"
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
            kept = {i.id for i in group.waiting if not 0 < i.gen < self.below_gen}
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
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
