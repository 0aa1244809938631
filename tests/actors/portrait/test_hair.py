"""Scenes of the drawn hair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.portrait.hair import between, hair_back, hair_front
from actors.portrait.person import PICTURE
from actors.portrait.svg import render


def covered(body: str) -> NDArray[np.bool_]:
    """Which of the 640x360 pixels of the picture a drawing hides."""
    return np.asarray(render(body, PICTURE, 0.5)[..., 3] > 250)


def test_it_covers_the_crown_and_leaves_the_face_free() -> None:
    hair = covered(hair_back() + hair_front())
    assert hair[60, 320]
    assert not hair[140, 320]
    assert not hair[150:240, 280:360].any()


def test_every_strand_lies_where_it_lay_the_last_time() -> None:
    assert hair_front() == hair_front()


def test_strands_lie_between_their_guides() -> None:
    first, second = ((0.0, 0.0), (10.0, 0.0)), ((0.0, 8.0), (20.0, 8.0))
    assert between(first, second, 0.0) == list(first)
    assert between(first, second, 0.25) == [(0.0, 2.0), (12.5, 2.0)]
