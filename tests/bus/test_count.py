"""Scenes of what is counted in one meeting of two hubs."""

from __future__ import annotations

from bus.count import Count
from bus.crossing import Carry, Got
from bus.parcel import Road


def both(meeting: int = 7) -> tuple[Count, Count]:
    sender, receiver = Count(), Count()
    sender.begin(meeting)
    receiver.begin(meeting)
    return sender, receiver


def sent(count: Count, road: Road = "swift") -> Carry:
    word = count.word(road, ("av-sync#1",), 5)
    count.sent(road)
    return word


def test_each_road_has_numbers_of_its_own() -> None:
    here, there = both()
    words: list[tuple[Road, Carry]] = [("swift", sent(here)), ("bulky", sent(here, "bulky")), ("swift", sent(here))]
    assert [word.number for _, word in words] == [1, 1, 2]
    assert [there.follows(road, word) for road, word in words] == ["next"] * 3


def test_what_no_connection_took_leaves_no_gap() -> None:
    here, there = both()
    here.word("swift", ("av-sync#1",), 5)
    assert there.follows("swift", sent(here)) == "next"


def test_after_one_that_is_missing_nothing_follows_until_they_meet_again() -> None:
    here, there = both()
    words = [sent(here) for _ in range(4)]
    assert [there.follows("swift", word) for word in (words[0], words[2], words[3])] == ["next", "gap", "gap"]
    for count in (here, there):
        count.begin(8)
    assert there.follows("swift", words[1]) == "old"
    assert there.follows("swift", sent(here)) == "next"


def test_what_has_come_is_told_once() -> None:
    count = Count()
    assert count.receipt() is None
    count.took("swift", 100)
    count.took("bulky", 20)
    assert (count.receipt(), count.receipt()) == (Got(100, 20), None)
    count.begin(8)
    assert count.receipt() is None
