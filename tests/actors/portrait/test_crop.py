"""Scenes of the drawn crop: lips and chin move, and nothing is left over at its edge."""

from __future__ import annotations

import numpy as np
import pytest

from actors.face_pack import FacePack
from actors.portrait.crop import BOX, CROP, crop_mask, draw_crop, jaw_pull
from actors.portrait.mouth import CENTRE
from actors.portrait.pack import read_bare
from actors.portrait.pose import REST, Pose

EXTREMES = [
    Pose(jaw=1.0),
    Pose(jaw=1.0, wide=1.0),
    Pose(jaw=1.0, pucker=1.0, teeth=1.0),
    Pose(bite=1.0, press=1.0),
    Pose(jaw=1.0, wide=-1.0, tongue=1.0),
]


def test_the_mask_covers_the_lips_wholly_and_the_edge_not_at_all() -> None:
    mask = crop_mask()
    column, row = ((at - start) / size * CROP for at, start, size in zip(CENTRE, BOX[:2], BOX[2:], strict=True))
    assert (mask[int(row) - 15 : int(row) + 25, int(column) - 50 : int(column) + 50] == 255).all()
    assert max(edge.max() for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1])) == 0
    steps = np.abs(np.diff(mask.astype(np.int16), axis=0)).max()
    assert steps < 12, "feathered"


@pytest.mark.parametrize("pose", EXTREMES)
def test_every_extreme_pose_fits_into_the_crop(pose: Pose) -> None:
    skin = np.full((CROP, CROP, 3), 128, np.uint8)
    crop = draw_crop(skin, pose, jaw_pull())
    assert crop.shape == (CROP, CROP, 3)
    assert (crop != 128).any()
    assert (crop[:40] == 128).all()
    assert (crop[-40:] == 128).all()
    assert (skin == 128).all(), "the skin itself is left as it is"


def test_an_open_mouth_moves_lips_and_chin_but_hardly_what_shows_at_the_edge(drawn: FacePack) -> None:
    bare, jaw = read_bare(drawn.folder), jaw_pull()
    rest, wide_open = draw_crop(bare, REST, jaw), draw_crop(bare, Pose(jaw=1.0), jaw)
    changed = np.abs(rest.astype(np.int16) - wide_open).max(axis=2)
    assert changed[100:140, 100:156].mean() > 40, "the lips part"
    assert changed[190:230, 90:166].mean() > 3, "the chin goes down"
    mask = crop_mask()
    seen_at_edge = changed * (mask / 255.0) * (mask < 30)
    assert seen_at_edge.max() < 5


def test_the_chin_is_pulled_smoothly() -> None:
    jaw = jaw_pull()
    assert jaw.min() >= 0
    assert np.abs(np.diff(jaw, axis=0)).max() < 0.95, "the picture does not fold over"
    assert jaw[0].max() == jaw[-1].max() == 0
