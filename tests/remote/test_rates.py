"""Scenes of the rates."""

from __future__ import annotations

from bus.clock import MS, SECOND
from remote.rates import Seen, Window, describe


def window(*gaps_ms: float, size: int = 100) -> tuple[Window, int]:
    """A window that begins at 0 and sees messages so long after each other; and the time of the last."""
    seen, at = Window("a", 0), 0
    for gap in (0, *gaps_ms):
        at += int(gap * MS)
        seen.add(Seen(at + MS, at, size, 1.0, 20.0))
    return seen, at


def test_an_even_rhythm_has_no_jitter() -> None:
    seen, at = window(*[20.0] * 50)
    hz = seen.hz(at)
    assert (hz.rate_hz, hz.min_ms, hz.max_ms, hz.jitter_ms, hz.messages) == (50.0, 20.0, 20.0, 0.0, 51)
    assert describe(hz, 3) == "a       50.00 Hz  gaps 20.0 to 20.0 ms  jitter 0.00 ms"


def test_one_message_has_no_gap_and_none_no_rate() -> None:
    seen, _ = window()
    assert seen.hz(2 * SECOND).rate_hz == 0.5
    assert describe(Window("a", 0).hz(SECOND), 1) == "a      0.00 Hz"


def test_what_is_older_than_ten_seconds_is_forgotten() -> None:
    seen, at = window(20, 12_000, 20)
    hz = seen.hz(at)
    assert (hz.messages, hz.max_ms) == (2, 20.0)


def test_bytes_count_over_the_time_that_was_watched() -> None:
    seen, at = window(1_000, 1_000, size=500)
    figures = seen.bandwidth(at)
    assert (figures.bytes_per_s, figures.mean_bytes, figures.messages) == (750.0, 500.0, 3)
    assert "0.8 kB/s" in describe(figures, 1)
    assert Window("a", 0).bandwidth(SECOND).bytes_per_s == 0


def test_delays_are_mean_and_worst() -> None:
    seen, at = window()
    seen.add(Seen(at, at, 0, 3.0, 40.0))
    seen.add(Seen(at, at, 0, 2.0, 30.0, 2.5))
    figures = seen.delay(at)
    assert (figures.sent_ms, figures.sent_max_ms, figures.cause_ms, figures.cause_max_ms) == (2.0, 3.0, 30.0, 40.0)
    assert "±2.5 ms" in describe(figures, 3)
    assert "2.00 ms ago (worst 3.00)" in describe(figures, 1)
    assert "nothing came" in describe(Window("a", 0).delay(2), 1)
