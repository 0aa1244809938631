"""Scenes of the drawn eyes: they look about, and close."""

from __future__ import annotations

import numpy as np

from actors.face_pack import Pixels
from actors.portrait.eye import EYES_BOX, LEFT, LEVEL, RIGHT, Gaze, brows, eyes
from actors.portrait.svg import Box, render

PUPIL: Box = (LEFT - 22, LEVEL - 10, 44, 18)


def pupil_x(gaze: Gaze) -> float:
    """Middle of the darkest part inside the left eye."""
    grey = render(eyes(gaze), PUPIL, 4)[..., :3].mean(axis=2)
    return float(np.nonzero(grey[24:60] < 30)[1].mean() / 4)


def bright(gaze: Gaze) -> int:
    """Pixels of the white of the eyes."""
    pixels: Pixels = render(eyes(gaze), EYES_BOX, 2)
    return int(((pixels[..., :3].min(axis=2) > 205) & (pixels[..., 3] == 255)).sum())


def test_a_look_to_the_right_moves_the_pupil_to_the_right() -> None:
    assert pupil_x(Gaze(3)) - pupil_x(Gaze()) > 2
    assert pupil_x(Gaze(-3)) - pupil_x(Gaze()) < -2


def test_the_white_of_the_eye_goes_as_the_lids_come_down() -> None:
    seen = [bright(Gaze(lids=lids)) for lids in (0.0, 0.4, 0.8, 1.0)]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > 400
    assert seen[-1] < 0.05 * seen[0]


def test_all_that_moves_lies_inside_the_region_that_is_exchanged() -> None:
    x, y, width, height = EYES_BOX
    wider: Box = (x - 40, y - 40, width + 80, height + 80)
    for gaze in (Gaze(), Gaze(2, 1, 0.5), Gaze(lids=1.0)):
        alpha = render(eyes(gaze), wider, 1)[..., 3].copy()
        alpha[40:-40, 40:-40] = 0
        assert alpha.max() <= 2


def test_both_eyes_have_a_brow_above_them() -> None:
    alpha = render(brows(), (480, 220, 320, 80), 1)[..., 3]
    for middle in (LEFT, RIGHT):
        rows = np.nonzero(alpha[:, int(middle) - 480] > 128)[0] + 220
        assert 250 < rows.min() <= rows.max() < LEVEL - 20
