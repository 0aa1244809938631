"""Scenes of the receipts: few words, never late."""

from __future__ import annotations

import asyncio

from bus.receipts import EVERY, LATEST_S, Receipts
from bus.unit import Unit
from tests.bus.house import header


def test_messages_that_come_one_by_one_share_a_word() -> None:
    told: list[tuple[int, ...]] = []

    async def scene() -> None:
        receipts = Receipts(told.append, Unit())
        receipts.handled(1)
        assert told == [(1,)], "after a quiet time at once"
        receipts.handled(2)
        await asyncio.sleep(LATEST_S / 5)
        receipts.handled(3)
        assert told == [(1,)]
        await asyncio.sleep(2 * LATEST_S)

    asyncio.run(scene())
    assert told == [(1,), (2, 3)]


def test_a_long_queue_is_told_now_and_then() -> None:
    told: list[tuple[int, ...]] = []

    async def scene() -> None:
        receipts = Receipts(told.append, Unit())
        for number in range(1, 2 * EVERY + 3):
            receipts.handled(number)
        assert [ids[-1] for ids in told] == [1, EVERY + 1, 2 * EVERY + 1]
        receipts.flush()

    asyncio.run(scene())
    assert [n for ids in told for n in ids] == list(range(1, 2 * EVERY + 3))


def test_a_slow_next_message_does_not_hold_it_back() -> None:
    told: list[tuple[int, ...]] = []

    async def scene() -> None:
        receipts = Receipts(told.append, Unit())
        receipts.handled(1)
        receipts.handled(2)
        assert told == [(1,)]
        await asyncio.sleep(2 * LATEST_S)
        assert told == [(1,), (2,)]
        receipts.flush()

    asyncio.run(scene())
    assert told == [(1,), (2,)]


def test_what_the_unit_holds_is_told_when_it_is_finished_with_all_that_followed() -> None:
    told: list[tuple[int, ...]] = []

    async def scene() -> None:
        unit = Unit()
        receipts = Receipts(told.append, unit)
        held = header(number=2)
        receipts.handled(1)
        unit.hold(held)
        receipts.handled(2)
        receipts.handled(3)
        receipts.flush()
        assert told == [(1,)]
        unit.finish(held)
        await asyncio.sleep(2 * LATEST_S)
        assert told == [(1,), (2, 3)]

    asyncio.run(scene())


def test_one_that_comes_again_is_told_at_once_unless_it_is_still_to_be_told() -> None:
    """Its receipt died with a hub. Behind what the unit holds it would wait for ever so long, and a successor would get it."""
    told: list[tuple[int, ...]] = []

    async def scene() -> None:
        unit = Unit()
        receipts = Receipts(told.append, unit)
        receipts.handled(1)
        unit.hold(header(number=2))
        receipts.handled(2)
        receipts.handled(3)
        for number in (1, 2, 3, 4):
            receipts.passed(number)
        await asyncio.sleep(2 * LATEST_S)
        assert told == [(1,), (1, 4)]
        unit.finish(header(number=2))
        receipts.flush()

    asyncio.run(scene())
    assert [n for ids in told[2:] for n in ids] == [2, 3]
