"""Evenness of the camera."""

from __future__ import annotations

from actors.cam_out.evenness import Evenness
from bus.clock import MS


def test_it_reports_each_second_with_the_worst_gap() -> None:
    evenness = Evenness()
    times = [i * 40 * MS + (25 * MS if i == 10 else 0) for i in range(26)]
    reports = [r for t in times if (r := evenness.shown(t))]
    assert [(r.fps, r.worst_gap_ms) for r in reports] == [(25.0, 65.0)]
