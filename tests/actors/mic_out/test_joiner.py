"""Joiner: pieces of 20 ms for the page."""

from __future__ import annotations

import numpy as np

from actors.mic_out.joiner import Joiner
from bus.clock import MS


def test_blocks_become_pieces_of_20_ms() -> None:
    joiner = Joiner()
    block = np.ones(480, np.int16)
    pieces = [piece for i in range(5) for piece in joiner.add(i * 10 * MS, block)]
    assert [(at, pcm.size) for at, pcm in pieces] == [(0, 960), (20 * MS, 960)]


def test_times_of_a_device_jitter_and_nothing_is_lost_by_that() -> None:
    joiner = Joiner()
    block = np.ones(480, np.int16)
    pieces = [piece for i in range(40) for piece in joiner.add(i * 10 * MS + (i * 7 % 5 - 2) * MS, block)]
    assert len(pieces) == 20


def test_a_skipped_time_is_never_papered_over() -> None:
    joiner = Joiner()
    block = np.ones(480, np.int16)
    pieces = [piece for at in (0, 50, 60, 70) for piece in joiner.add(at * MS, block)]
    assert [at for at, _ in pieces] == [50 * MS]
