"""Scenes of the person who interrupts every answer."""

from __future__ import annotations

import numpy as np
import pytest

from remote.bench.interruptions import LONGEST_MS, SHORTEST_MS, interruptions
from remote.bench.truth import SaidTurn, Truth

RATE = 16
"""Samples in a millisecond."""


def spoken(*spans: tuple[int, int], length_ms: int) -> tuple[np.ndarray, Truth]:
    sound = np.ones(length_ms * RATE, np.int16)  # the room
    for number, (start, end) in enumerate(spans):
        sound[start * RATE : end * RATE] = 1_000 * (number + 1)
    return sound, Truth(16_000, length_ms, tuple(SaidTurn(f"turn {s}", s, e) for s, e in spans))


SOUND, TRUTH = spoken((500, 1_500), (2_000, 3_200), (3_700, 4_500), (5_000, 5_700), length_ms=8_000)


def test_what_is_true_about_it_is_where_the_pieces_really_are() -> None:
    sound, truth = interruptions(SOUND, TRUTH, 8)
    assert len(truth.turns) == 9
    assert truth.length_ms == pytest.approx(sound.size / RATE)
    loud = np.flatnonzero(np.diff((sound > 1).astype(np.int8)))
    edges = [(turn.start_ms, turn.end_ms) for turn in truth.turns]
    assert np.allclose((loud + 1) / RATE, np.array(edges).ravel(), atol=0.1)


def test_all_but_the_first_interrupt_each_time_at_another_place() -> None:
    _, truth = interruptions(SOUND, TRUTH, 8)
    assert [turn.interrupts for turn in truth.turns] == [False] + [True] * 8
    gaps = [round(b.start_ms - a.end_ms) for a, b in zip(truth.turns, truth.turns[1:], strict=False)]
    assert len(set(gaps)) == 8
    assert min(gaps) >= SHORTEST_MS and max(gaps) <= LONGEST_MS
