"""Scenes of the sinks: lip sync and the evenness of the camera."""

from __future__ import annotations

import pytest

from bus.messages import CameraHealth
from remote.bench.sinks import camera_figures, frame_skews, skew_figures
from tests.remote.bench.letters import letter, played, shown


def test_a_mouth_is_compared_with_the_moment_its_sound_was_heard() -> None:
    letters = [
        played("started", 1_000),
        played("playing", 1_150, 4_800),  # 50 ms late: the voice had a gap
        shown(1_920, 1_050),
        shown(5_760, 1_150),
    ]
    assert frame_skews(letters) == pytest.approx([10, -20])


def test_a_mouth_of_a_reply_that_nobody_heard_says_nothing() -> None:
    assert frame_skews([played("started", 0, turn=1), shown(0, 5, turn=2)]) == []


def test_nineteen_of_twenty_frames_in_step_are_enough() -> None:
    assert [f.verdict for f in skew_figures([0.0] * 19 + [60.0])] == ["ok", "ok"]
    assert [f.verdict for f in skew_figures([0.0] * 18 + [60.0, -130.0])] == ["miss", "ok"]
    assert skew_figures([])[0].verdict == "miss"


def test_a_gap_of_the_camera_is_told_with_its_time() -> None:
    letters = [letter(CameraHealth(fps=25.0, worst_gap_ms=gap), sent_ms=ms) for gap, ms in ((41, 1_000), (296, 5_000))]
    rate, gap = camera_figures(letters, up_ns=0, unrest_ms=250)
    assert (rate.verdict, gap.verdict, gap.value, gap.note) == (
        "ok",
        "miss",
        296,
        "296 ms at 5 s; a bare timer beside it 250",
    )
