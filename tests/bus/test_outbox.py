"""Scenes of the outbox: what is kept until all have handled it."""

from __future__ import annotations

from bus.outbox import OUTBOX_BYTES, OUTBOX_ITEMS, Outbox


def filled(*numbers: int) -> Outbox:
    outbox = Outbox()
    for number in numbers:
        outbox.add(number, [b"", b"%d" % number, b""])
    return outbox


def test_settling_is_cumulative_and_keeps_the_order_of_the_rest() -> None:
    outbox = filled(1, 2, 3, 4)
    outbox.settle(2)
    assert [frames[1] for frames in outbox] == [b"3", b"4"]


def test_an_id_that_is_not_there_settles_nothing() -> None:
    outbox = filled(1, 2)
    assert not outbox.settle(9)
    assert len(outbox) == 2


def test_room_is_told_once_when_it_comes_back() -> None:
    outbox = filled(*range(1, OUTBOX_ITEMS + 1))
    assert not outbox.has_room
    assert outbox.settle(1)
    assert outbox.has_room
    assert not outbox.settle(2)


def test_bytes_fill_it_too() -> None:
    outbox = Outbox()
    outbox.add(1, [b"", b"", bytes(OUTBOX_BYTES)])
    assert not outbox.has_room
    assert outbox.settle(1)
