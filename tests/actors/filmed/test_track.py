"""Scenes of the track: one face through a clip, and one clear word for each clip that has none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from actors.filmed.shape import from_square
from actors.filmed.track import the_one, tracked
from bus.errors import Wrong

FACE = from_square(490, 180, 290)


def test_one_face_is_the_one() -> None:
    assert the_one([FACE], False, "here") is FACE
    assert the_one([], False, "here") is None


@pytest.mark.parametrize(
    ("shapes", "profile", "what", "todo"),
    [
        ([FACE, from_square(20, 180, 250)], False, "2 faces in the photo", "only one person"),
        ([], True, "turned aside in the photo", "into the camera"),
        ([FACE._replace(tip=np.array([740.0, 360.0]))], False, "turned aside in the photo", "into the camera"),
        ([from_square(490, 180, 120)], False, r"too small in the photo: 96x\d+", "come nearer"),
    ],
)
def test_each_fault_has_its_own_word(shapes: list[object], profile: bool, what: str, todo: str) -> None:
    with pytest.raises(Wrong, match=what) as refusal:
        the_one(shapes, profile, "in the photo")  # type: ignore[arg-type]
    assert todo in refusal.value.todo


def test_frames_between_those_that_were_looked_at_lie_between_them() -> None:
    shapes = tracked({0: from_square(400, 100, 300), 24: from_square(430, 100, 300)}, 25)
    left = [float(shape.jaw[0, 0]) for shape in shapes]
    assert len(shapes) == 25
    assert left == sorted(left)
    assert left[0] == pytest.approx(430, abs=2)
    assert left[-1] == pytest.approx(460, abs=2)


def test_a_trembling_finder_does_not_make_the_box_tremble() -> None:
    found = {frame: from_square(400 + (4 if frame % 2 else -4), 100, 300) for frame in range(0, 75, 3)}
    left = [float(shape.jaw[0, 0]) for shape in tracked(found, 75)]
    assert max(abs(a - b) for a, b in pairwise(left)) < 1


@pytest.mark.parametrize(
    ("seen", "where"), [([*range(0, 30, 3), *range(90, 120, 3)], "1.1 s into"), (range(60, 120, 3), "0.0 s into")]
)
def test_a_face_that_is_away_too_long_is_told_with_its_time(seen: list[int], where: str) -> None:
    with pytest.raises(Wrong, match=f"no face for .* s, {where}"):
        tracked(dict.fromkeys(seen, FACE), 120)


def test_a_clip_without_a_face_is_refused() -> None:
    with pytest.raises(Wrong, match="no face was found"):
        tracked({}, 50)
