"""Scenes of the idle motion: it loops without a jump and blinks like a person."""

from __future__ import annotations

from itertools import pairwise

import pytest

from actors.portrait.motion import FRAMES, gaze, motion


def test_motion_is_smooth_also_where_the_clip_begins_again() -> None:
    for before, after in pairwise(range(FRAMES + 2)):
        steps = [abs(a - b) for a, b in zip(motion(before), motion(after), strict=True)]
        assert max(steps) < 0.5, f"between frames {before} and {after}"
    assert motion(FRAMES) == pytest.approx(motion(0), abs=1e-9)


def test_the_head_stays_near_its_place() -> None:
    for frame in range(FRAMES):
        moved = motion(frame)
        assert abs(moved.head_x) < 6
        assert abs(moved.head_y) < 6
        assert abs(moved.head_turn_deg) < 2


def test_eyes_close_wholly_and_briefly_10_to_30_times_a_minute() -> None:
    shut = [gaze(frame).lids == 1.0 for frame in range(FRAMES)]
    begun = [frame for frame in range(1, FRAMES) if shut[frame] and not shut[frame - 1]]
    assert 10 <= len(begun) * 60 * 25 / FRAMES <= 30
    pauses = [after - before for before, after in pairwise(begun)]
    assert len(set(pauses)) == len(pauses), "not like a clock"
    assert sum(gaze(frame).lids > 0 for frame in range(FRAMES)) < FRAMES * 0.15


def test_eyes_are_open_and_straight_where_the_clip_begins_again() -> None:
    assert gaze(0) == gaze(FRAMES) == gaze(FRAMES - 1)
    assert gaze(0).lids == 0
