"""Scenes of the receipts: few words, never late."""

from __future__ import annotations

import asyncio

from bus.receipts import EVERY, LATEST_S, Receipts
from bus.unit import Unit
from tests.bus.house import header


def test_the_last_of_a_queue_is_told_at_once() -> None:
    told: list[int] = []
    asyncio.run(_handle(Receipts(told.append, Unit()), [(1, True), (2, True), (3, False)]))
    assert told == [3]


def test_a_long_queue_is_told_now_and_then() -> None:
    told: list[int] = []
    asyncio.run(_handle(Receipts(told.append, Unit()), [(n, True) for n in range(1, 2 * EVERY + 2)]))
    assert told == [EVERY, 2 * EVERY]


def test_a_slow_next_message_does_not_hold_it_back() -> None:
    told: list[int] = []

    async def scene() -> None:
        receipts = Receipts(told.append, Unit())
        receipts.handled(1, more=True)
        assert told == []
        await asyncio.sleep(2 * LATEST_S)
        assert told == [1]
        receipts.flush()

    asyncio.run(scene())
    assert told == [1]


def test_what_the_unit_holds_is_told_when_it_is_finished_with_all_that_followed() -> None:
    told: list[int] = []

    async def scene() -> None:
        unit = Unit()
        receipts = Receipts(told.append, unit)
        held = header(number=2)
        receipts.handled(1, more=True)
        unit.hold(held)
        receipts.handled(2, more=True)
        receipts.handled(3, more=False)
        assert told == [1]
        unit.finish(held)
        await asyncio.sleep(2 * LATEST_S)
        assert told == [1, 3]

    asyncio.run(scene())


async def _handle(receipts: Receipts, messages: list[tuple[int, bool]]) -> None:
    for number, more in messages:
        receipts.handled(number, more=more)
