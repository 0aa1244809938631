"""Units of work: what is held stays held until it is finished, or not worth finishing."""

from __future__ import annotations

import msgspec

from bus.envelope import NO_CAUSE, Header
from bus.unit import Unit


def cause(number: int, gen: int = 0) -> Header:
    return msgspec.structs.replace(NO_CAUSE, id=number, gen=gen, fenced=gen > 0)


def test_a_held_message_is_held_until_it_is_finished() -> None:
    unit = Unit()
    unit.hold(cause(1))
    unit.hold(cause(2))
    unit.finish(cause(1))
    assert not unit.holds(1)
    assert unit.holds(2)


def test_finishing_nothing_in_particular_finishes_everything() -> None:
    unit = Unit()
    for number in range(1, 4):
        unit.hold(cause(number))
    unit.finish()
    assert len(unit) == 0


def test_a_barge_in_lets_go_of_the_old_generation_only() -> None:
    unit = Unit()
    unit.hold(cause(1, gen=1))
    unit.hold(cause(2, gen=2))
    unit.hold(cause(3))
    unit.drop_below(2)
    assert [n for n in (1, 2, 3) if unit.holds(n)] == [2, 3]


def test_whoever_acknowledges_is_told_of_what_was_finished_later() -> None:
    unit = Unit()
    told: list[int] = []
    unit.changed = lambda: told.append(len(unit))
    unit.hold(cause(1, gen=1))
    unit.drop_below(1)
    assert told == []
    unit.drop_below(2)
    assert told == [0]
