"""Remembered ids, beside a list that forgets nothing."""

from __future__ import annotations

import logging
import random

from hypothesis import given
from hypothesis import strategies as st

from bus.group import Item
from bus.log import REMEMBERED_IDS, StreamLog
from bus.remembered import Remembered
from bus.tally import Tally


@given(st.lists(st.integers(-(2**63), 2**64 - 1) | st.integers(0, 40), max_size=200))
def test_the_last_ones_are_always_known_and_what_never_came_never_is(numbers: list[int]) -> None:
    remembered, came = Remembered(8), list[int]()
    for number in numbers:
        known = (number & 2**64 - 1 or 1) in came[-8:]
        is_news = remembered.add(number)
        assert not (known and is_news)
        if is_news:
            came.append(number & 2**64 - 1 or 1)
        assert number in remembered
    assert all(number in remembered for number in came[-8:])
    assert not any(number in remembered for number in range(100, 140) if number not in came)


def test_it_forgets_in_the_end_and_takes_no_more_memory_than_at_first() -> None:
    remembered = Remembered(1_000)
    sizes = (len(remembered._young), len(remembered._old))
    chance = random.Random(1)
    first = chance.getrandbits(64)
    remembered.add(first)
    for _ in range(5_000):
        assert remembered.add(chance.getrandbits(64))
    assert first not in remembered
    assert (len(remembered._young), len(remembered._old)) == sizes == (2_048, 2_048)


def item(number: int, topic: str = "llm.token", *, by: str = "p") -> Item:
    return Item(number, by.encode(), topic, [b"", b"", b""], 1, 0, 0)


def test_topics_share_the_memory_of_ids_however_many_they_are() -> None:
    log = StreamLog(Tally(logging.getLogger("test")))
    for n in range(5_000):
        assert log.append(item(1, f"topic{n}")), "the same number on another topic is another message"
    assert not log.append(item(1, "topic7"))
    assert len(log._seen._young) == 2 * REMEMBERED_IDS


def test_what_somebody_has_still_to_handle_is_known_when_sent_again_however_old_it_is() -> None:
    log = StreamLog(Tally(logging.getLogger("test")))
    log.join("stuck", "s", ["llm.token"])
    log.append(item(1))
    log._seen = Remembered(1)
    for n in range(2, 5):
        log.append(item(n, "tts.audio"))
    assert not log.append(item(1, by="successor"))
    assert [item.id for _, item in log.outgoing(0)] == [1]
