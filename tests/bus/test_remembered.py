"""Remembered ids, beside a list that forgets nothing."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bus.remembered import Remembered


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
