"""Scenes of the drawn head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.portrait.head import FACE, ears, face, mirrored, neck
from actors.portrait.person import PICTURE
from actors.portrait.svg import path, render


def covered(body: str) -> NDArray[np.bool_]:
    """Which of the 640x360 pixels of the picture a drawing hides."""
    return np.asarray(render(body, PICTURE, 0.5)[..., 3] > 250)


def test_skin_covers_the_face_down_to_the_chin() -> None:
    skin = covered(face())
    assert skin[100, 320]
    assert skin[150, 320]
    assert skin[242, 320]
    assert not skin[250, 320]


def test_neck_and_ears_are_in_their_places() -> None:
    assert covered(neck())[260, 320]
    both = covered(ears())
    assert both[160, 250]
    assert both[160, 389]
    assert not both[160, 320]


def test_the_face_is_lit_from_the_left() -> None:
    pixels = render(face(), PICTURE, 0.5)[..., :3].mean(axis=2)
    assert pixels[170, 280] > pixels[170, 360] + 5


def test_mirrored_is_the_same_on_the_other_side() -> None:
    left = path("M500,300L540,300L540,360L500,360Z", "#000000")
    assert (covered(left)[:, ::-1] == covered(mirrored(left))).all()
    outline = covered(path(FACE, "#000000"))
    assert (outline == outline[:, ::-1]).mean() > 0.999, "the face has two equal halves"
