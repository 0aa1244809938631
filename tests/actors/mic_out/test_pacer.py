"""Pacer: deadlines that neither drift nor lose sound."""

from __future__ import annotations

import asyncio

import pytest

from actors.mic_out.pacer import BLOCK_NS, CATCH_UP_NS, Pacer, pace
from bus.clock import MS
from bus.errors import Gone


def test_blocks_are_given_once_at_absolute_times() -> None:
    pacer = Pacer(0)
    given = [at for now in (0, 3 * MS, 11 * MS, 19 * MS, 20 * MS) for at in pacer.due(now)]
    assert given == [0, 10 * MS, 20 * MS]


def test_a_late_wake_up_gets_every_block_that_it_missed() -> None:
    pacer = Pacer(0)
    pacer.due(0)
    assert pacer.due(195 * MS) == [i * BLOCK_NS for i in range(1, 20)]
    assert pacer.skipped == 0


def test_after_a_long_stall_old_blocks_are_skipped_and_counted() -> None:
    pacer = Pacer(0)
    now = 5_000 * MS
    blocks = pacer.due(now)
    assert blocks[0] >= now - CATCH_UP_NS
    assert blocks[-1] == now
    assert pacer.skipped + len(blocks) == now // BLOCK_NS + 1


def test_what_the_step_raises_ends_the_pacing() -> None:
    def step(at_ns: int) -> None:
        raise Gone("the device went away")

    with pytest.raises(Gone):
        asyncio.run(pace(step))
