"""Scenes of the stream log: who gets what, again and again, until it is handled."""

from __future__ import annotations

import logging

import pytest

from bus.group import CREDIT_BYTES, CREDIT_ITEMS, Item
from bus.log import StreamLog
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


def test_replicas_share_and_each_has_one_item_at_a_time(log: StreamLog) -> None:
    log.join("tts", "a", ["llm.token"])
    log.join("tts", "b", ["llm.token"])
    for n in (1, 2, 3, 4):
        log.append(item(n))
    assert sent(log) == [("a", 1), ("b", 2)]
    log.done("tts", "b", 2)
    assert sent(log) == [("b", 3)]


def test_what_a_dead_replica_had_in_hand_is_next_in_turn_also_when_one_is_left(log: StreamLog) -> None:
    log.join("tts", "a", ["llm.token"])
    log.join("tts", "b", ["llm.token"])
    for n in (1, 2, 3, 4):
        log.append(item(n))
    assert sent(log) == [("a", 1), ("b", 2)]
    log.leave("tts", "a", died=True)
    log.done("tts", "b", 2)
    assert sent(log) == [("b", 1)]
    log.join("tts", "a", ["llm.token"])
    assert sent(log) == [("a", 3)]


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
