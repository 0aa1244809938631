"""Skew: one report for each second of speech."""

from __future__ import annotations

from actors.av_sync.skew import SkewMeter
from bus.clock import MS, SECOND


def test_each_second_of_frames_gives_its_median_and_its_worst() -> None:
    meter = SkewMeter()
    reports = [meter.add(-70.0 if i == 7 else 5.0, i * 40 * MS) for i in range(26)]
    assert reports[:25] == [None] * 25
    report = reports[25]
    assert report is not None
    assert (report.median_ms, report.worst_ms, report.frames) == (5.0, -70.0, 26)


def test_frames_of_a_reply_long_ago_are_not_mixed_in() -> None:
    meter = SkewMeter()
    meter.add(100.0, 0)
    reports = [meter.add(1.0, 60 * SECOND + i * 40 * MS) for i in range(26)]
    assert reports[-1] is not None
    assert reports[-1].worst_ms == 1.0
