"""Scenes of what a member got and has finished."""

from __future__ import annotations

from bus.delivered import FINISHED_IDS, Delivered


def test_a_receipt_finishes_everything_before_it_wherever_it_came_from() -> None:
    delivered: Delivered[str] = Delivered()
    for number, origin in ((1, None), (2, "gpu"), (3, None), (4, "gpu")):
        delivered.got(number, origin)
    assert delivered.finish(3) == [(1, None), (2, "gpu"), (3, None)]
    assert delivered.has(4)
    assert not delivered.has(2)
    assert delivered.has_finished(2)
    assert not delivered.has_finished(4)


def test_a_receipt_for_what_it_never_got_finishes_nothing() -> None:
    delivered: Delivered[str] = Delivered()
    delivered.got(1, None)
    assert delivered.finish(7) == []
    assert delivered.has(1)


def test_what_was_finished_is_remembered_but_not_for_ever() -> None:
    delivered: Delivered[str] = Delivered()
    for number in range(1, 2 * FINISHED_IDS + 2):
        delivered.got(number, None)
        delivered.finish(number)
    assert not delivered.has_finished(1)
    assert delivered.has_finished(FINISHED_IDS + 2)
