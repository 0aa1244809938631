"""Scenes of the sound that a successor of vad may have to hear once more."""

from __future__ import annotations

from actors.vad.again import Again
from bus.unit import Unit
from tests.bus.house import header


def test_what_was_captured_before_is_let_go_and_the_newest_piece_stays() -> None:
    unit = Unit()
    again = Again(unit)
    for number, at_ns in enumerate((100, 200, 300), 1):
        again.keep(at_ns, header("web", number=number))
    again.let_go(199)
    assert len(unit) == 3, "the first piece may reach up to the second"
    again.let_go(200)
    assert [unit.holds(number) for number in (1, 2, 3)] == [False, True, True]
    again.let_go(900)
    assert [unit.holds(number) for number in (1, 2, 3)] == [False, False, True]
