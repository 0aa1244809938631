"""Progress of replies: a message is held until its reply has come past it, and no longer."""

from __future__ import annotations

import msgspec

from actors.progress import Progress
from bus.envelope import NO_CAUSE, Header
from bus.messages import Place, SoundSlice
from bus.unit import Unit


def cause(number: int, turn: int = 1, gen: int = 1) -> Header:
    return msgspec.structs.replace(NO_CAUSE, id=number, turn=turn, gen=gen, fenced=True)


def held(unit: Unit) -> list[int]:
    return [number for number in range(1, 10) if unit.holds(number)]


def test_messages_are_finished_in_step_with_the_reply() -> None:
    unit = Unit()
    progress = Progress(unit)
    for number in (1, 2, 3):
        progress.hold(cause(number), end=number * 960)
    progress.reach(1, 1, 960)
    assert held(unit) == [2, 3]
    progress.reach(1, 1, 2_879)
    assert held(unit) == [3]


def test_the_next_reply_ends_the_ones_before_it() -> None:
    unit = Unit()
    progress = Progress(unit)
    progress.hold(cause(1, turn=1), end=10**9)
    progress.hold(cause(2, turn=2), end=960)
    progress.reach(2, 1, 0)
    assert held(unit) == [2]


def test_a_closed_reply_holds_nothing_and_a_later_one_is_left_alone() -> None:
    unit = Unit()
    progress = Progress(unit)
    progress.hold(cause(1, turn=1), end=10**9)
    progress.hold(cause(2, turn=2), end=10**9)
    progress.close(1, 1)
    assert held(unit) == [2]


def test_a_slice_that_was_sent_is_somebody_elses_to_keep() -> None:
    unit = Unit()
    progress = Progress(unit)
    progress.hold(cause(1), end=960)
    progress.hold(cause(2), end=1_921)
    progress.sent(1, 1, SoundSlice(position=0, at_ns=0, payload=bytes(1_920)))
    assert held(unit) == [2]
    progress.sent(1, 1, SoundSlice(position=960, at_ns=0, payload=bytes(1_920), last=True))
    assert held(unit) == []


def test_the_place_is_to_be_told_when_the_reply_has_come_to_it() -> None:
    progress = Progress(Unit())
    places = [Place(turn=1, gen=1, sentence=number, position=number * 960) for number in (1, 2, 3)]
    for number, place in enumerate(places, 1):
        progress.hold(cause(number), end=number * 960, place=place)
    assert progress.place(1, 1, 959) is None
    assert progress.place(1, 1, 2_000) == places[1]
    assert progress.place(1, 1, 2_000) == places[1], "it may not have got out"
    progress.reach(1, 1, 2_000)
    assert progress.place(1, 1, 2_000) is None
    assert progress.place(2, 1, 9_999) is None
    progress.close(1, 1)
    assert progress.place(1, 1, 9_999) is None
