"""Picture: either form, made when it is asked for."""

from __future__ import annotations

import numpy as np

from actors.cam_out.picture import Picture, Pixels


def test_a_jpeg_that_is_known_is_never_encoded_again() -> None:
    def never() -> Pixels:
        raise AssertionError("decoded for nothing")

    assert Picture(jpeg=b"known", pixels=never).jpeg == b"known"


def test_each_form_is_made_once() -> None:
    made = []

    def grey() -> Pixels:
        made.append(1)
        return np.full((36, 64, 3), 128, np.uint8)

    picture = Picture(pixels=grey)
    assert picture.jpeg is picture.jpeg
    assert picture.jpeg[:2] == b"\xff\xd8"
    assert picture.bgr.shape == (36, 64, 3)
    assert made == [1]
