"""Scenes of the echo guard's report."""

from __future__ import annotations

import numpy as np

from actors.envelope import BANDS
from actors.vad.echo_guard import EchoGuard
from actors.vad.echo_path import EchoPath
from actors.vad.echo_report import EchoReport
from bus.clock import SECOND
from bus.messages import Echo


def guard(lag: int = 5, gain_db: float = -12.0) -> EchoGuard:
    made = EchoGuard()
    made.played(0, np.full((1, BANDS), -20, dtype=np.float32))
    made.expect(EchoPath(lag, np.full(BANDS, gain_db, dtype=np.float32)))
    return made


def test_what_has_become_known_is_told_once() -> None:
    report = EchoReport()
    assert report.news(EchoGuard(), SECOND) is None
    told = report.news(guard(), SECOND)
    assert told is not None
    assert (told.state, told.lag_ms, told.gain_db, len(told.gains)) == ("guarded", 80, -12.0, BANDS)
    assert report.news(guard(), 9 * SECOND) is None


def test_small_changes_are_told_no_more_than_once_a_second_and_tiny_ones_never() -> None:
    report = EchoReport()
    assert report.news(guard(), SECOND)
    assert report.news(guard(gain_db=-11), 9 * SECOND) is None
    assert report.news(guard(lag=6), SECOND + 1) is None
    changed = report.news(guard(lag=6), 2 * SECOND)
    assert changed is not None and changed.lag_ms == 96


def test_a_successor_begins_with_what_was_known() -> None:
    told = EchoReport().news(guard(), SECOND)
    assert told is not None
    successor, report = EchoGuard(), EchoReport()
    report.resume(successor, told)
    assert successor.path is not None
    assert (successor.path.lag, successor.path.gains.tolist()) == (5, [-12.0] * BANDS)


def test_what_makes_no_sense_is_learned_anew() -> None:
    for gains, lag_ms in (
        ((1.0,), 80),
        ((float("nan"),) * BANDS, 80),
        ((), 80),
        ((0.0,) * BANDS, 9_000),
        ((0.0,) * BANDS, -80),
    ):
        successor = EchoGuard()
        EchoReport().resume(successor, Echo(state="guarded", lag_ms=lag_ms, gains=gains))
        assert successor.path is None
