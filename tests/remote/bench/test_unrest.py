"""Scenes of the machine's unrest."""

from __future__ import annotations

import threading

from bus.clock import MS
from remote.bench.unrest import Unrest, unrest


def test_the_worst_gap_between_two_beats_is_kept() -> None:
    found = Unrest()
    for at_ms in (1_000, 1_040, 1_170, 1_200):
        found.beat(at_ms * MS)
    assert found.worst_ms == 130


def test_the_timer_beats_while_the_block_runs_and_not_after_it() -> None:
    before = threading.active_count()
    with unrest() as found:
        while not found.worst_ms:
            threading.Event().wait(0.01)
    assert found.worst_ms > 1
    assert threading.active_count() == before
