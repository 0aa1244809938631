"""Scenes of the inputs: what is held, and what is known to be done with."""

from __future__ import annotations

import msgspec

from actors.turn_manager.inputs import REMEMBERED, Inputs
from bus.envelope import NO_CAUSE, Header
from bus.messages import Ask, Final, Say, SpeechEdge
from bus.unit import Unit

EDGE = SpeechEdge(kind="started", utterance=1, at_ns=0)
FINAL = Final(utterance=1, text="hello", language="en")


def cause(number: int) -> Header:
    return msgspec.structs.replace(NO_CAUSE, id=number)


def held(unit: Unit) -> list[int]:
    return [number for number in range(1, 20) if unit.holds(number)]


def test_a_users_turn_is_held_as_long_as_it_is_open() -> None:
    unit = Unit()
    inputs = Inputs(unit)
    for number, event in ((1, EDGE), (2, FINAL)):
        inputs.take(event, cause(number), listening=True, texts=0)
        inputs.settle()
    assert held(unit) == [1, 2] and not inputs.is_done(cause(1))
    inputs.take(EDGE, cause(3), listening=False, texts=0)
    assert held(unit) == [1, 2], "until what came of it was sent"
    inputs.settle()
    assert held(unit) == [] and inputs.done == (1, 2, 3)


def test_each_text_is_held_until_its_turn_has_come() -> None:
    unit = Unit()
    inputs = Inputs(unit)
    for number, waiting in ((1, 0), (2, 1), (3, 2)):
        inputs.take(Say(text="x"), cause(number), listening=False, texts=waiting)
    inputs.settle()
    assert held(unit) == [2, 3] and inputs.is_done(cause(1))
    inputs.take(FINAL, cause(9), listening=False, texts=1)
    inputs.settle()
    assert held(unit) == [3] and inputs.done == (1, 9, 2)


def test_a_successor_knows_what_is_done() -> None:
    inputs = Inputs(Unit())
    inputs.take(Ask(text="x"), cause(5), listening=False, texts=0)
    successor = Inputs(Unit())
    successor.restore(inputs.done)
    assert successor.is_done(cause(5)) and not successor.is_done(cause(6))
    for number in range(100, 100 + REMEMBERED):
        successor.take(Ask(text="x"), cause(number), listening=False, texts=0)
    assert not successor.is_done(cause(5))
