"""Scenes of the sway: a photo moves a little, comes back without a jump, and its box goes with it."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from actors.face_pack import Box
from actors.filmed.sway import FRAMES, sway, swayed, swayed_box


def test_from_frame_to_frame_it_moves_by_parts_of_a_pixel_and_the_ends_meet() -> None:
    corners = np.array([[0, 1280, 0, 1280], [0, 0, 720, 720], [1, 1, 1, 1]])
    places = [sway(frame) @ corners for frame in range(FRAMES + 1)]
    steps = [float(np.abs(b - a).max()) for a, b in pairwise(places)]
    assert 0.05 < max(steps) < 0.5
    assert np.allclose(places[0], places[-1])


@pytest.mark.parametrize("frame", range(0, FRAMES, 25))
def test_no_edge_of_the_photo_is_ever_seen(frame: int) -> None:
    photo = np.full((720, 1280, 3), 200, np.uint8)
    photo[:4] = photo[-4:] = 0
    photo[:, :4] = photo[:, -4:] = 0
    assert (swayed(photo, frame) > 190).all()


@pytest.mark.parametrize("frame", [0, 60, 130])
def test_the_box_stays_on_the_face(frame: int) -> None:
    photo = np.zeros((720, 1280, 3), np.uint8)
    cv2.rectangle(photo, (500, 200), (729, 479), (255, 255, 255), -1)
    moved = swayed_box(Box(500, 200, 230, 280), frame)
    rows, columns = np.nonzero(swayed(photo, frame)[..., 0] > 128)
    assert columns.mean() + 0.5 == pytest.approx(moved.x + moved.width / 2, abs=0.3)
    assert rows.mean() + 0.5 == pytest.approx(moved.y + moved.height / 2, abs=0.3)
    assert np.ptp(columns) + 1 == pytest.approx(moved.width, abs=4)
