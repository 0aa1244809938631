"""Scenes of the drawn clothes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.portrait.clothes import clothes
from actors.portrait.person import PICTURE
from actors.portrait.svg import render


def covered(body: str) -> NDArray[np.bool_]:
    """Which of the 640x360 pixels of the picture a drawing hides."""
    return np.asarray(render(body, PICTURE, 0.5)[..., 3] > 250)


def test_they_cover_chest_and_shoulders_and_leave_the_throat_free() -> None:
    cloth = covered(clothes())
    assert cloth[350, 320]
    assert cloth[350, 160]
    assert cloth[350, 480]
    assert not cloth[270, 320]


def test_the_jumper_is_one_piece_down_to_the_edge_of_the_picture() -> None:
    cloth = covered(clothes())
    for row in (310, 340, 359):
        solid = np.nonzero(cloth[row])[0]
        assert solid.size == solid.max() - solid.min() + 1
