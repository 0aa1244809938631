"""Scenes of the drawn room."""

from __future__ import annotations

import numpy as np

from actors.portrait.person import PICTURE
from actors.portrait.room import room
from actors.portrait.svg import render


def test_it_fills_the_picture() -> None:
    pixels = render(room(), PICTURE, 0.25)
    assert pixels.shape == (180, 320, 4)
    assert (pixels[..., 3] == 255).all()


def test_it_is_out_of_focus_but_not_empty() -> None:
    grey = render(room(), PICTURE, 0.5)[..., :3].mean(axis=2)
    assert grey.std() > 15
    assert np.abs(np.diff(grey, axis=1)).mean() < 2


def test_it_is_the_same_each_time() -> None:
    assert room() == room()
