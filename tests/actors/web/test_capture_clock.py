from __future__ import annotations

from itertools import pairwise

from actors.web.capture_clock import CaptureClock
from bus.clock import MS

PIECE = 512
PIECE_NS = 32 * MS


def test_jitter_of_the_arrival_does_not_show() -> None:
    clock = CaptureClock()
    late_ms = [0, 3, 17, 1, 0, 9, 30, 2]
    stamps = [clock.stamp(PIECE, (i + 1) * PIECE_NS + late * MS) for i, late in enumerate(late_ms)]
    gaps = [b - a for a, b in pairwise(stamps)]
    assert all(abs(gap - PIECE_NS) < MS for gap in gaps)
    assert abs(stamps[-1] - 7 * PIECE_NS) < MS


def test_it_never_says_that_sound_was_captured_after_it_came() -> None:
    clock = CaptureClock()
    clock.stamp(PIECE, 10 * PIECE_NS)
    assert clock.stamp(PIECE, 10 * PIECE_NS + 5 * MS) <= 9 * PIECE_NS + 5 * MS


def test_after_a_break_it_begins_anew() -> None:
    clock = CaptureClock()
    clock.stamp(PIECE, PIECE_NS)
    assert clock.stamp(PIECE, 5_000 * MS) == 5_000 * MS - PIECE_NS


def test_it_follows_a_slow_sound_card() -> None:
    clock = CaptureClock()
    for i in range(1, 20_000):
        stamp = clock.stamp(PIECE, arrived := round(i * PIECE_NS * 1.0002))
    assert arrived - PIECE_NS - stamp < 2 * MS
