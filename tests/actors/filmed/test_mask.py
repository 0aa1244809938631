"""Scenes of the mask: mouth and chin are covered, nose and rim are not, and nothing has an edge."""

from __future__ import annotations

import numpy as np
import pytest

from actors.filmed.mask import crop_mask
from actors.filmed.shape import crop_box, from_square


def test_it_covers_the_mouth_and_leaves_nose_upper_half_and_rim() -> None:
    shape = from_square(490, 180, 290)
    mask = crop_mask(shape, crop_box(shape))
    assert mask.shape == (256, 256)
    assert int(mask[195, 128]) > 250, "the mouth"
    assert mask[:100].max() == 0, "eyes"
    assert int(mask[140, 128]) < 60, "the nose"
    assert max(mask[:, 0].max(), mask[:, -1].max(), mask[-1].max()) == 0


@pytest.mark.parametrize("size", [180.0, 290.0, 420.0])
def test_it_has_no_edges(size: float) -> None:
    shape = from_square(300, 100, size)
    mask = crop_mask(shape, crop_box(shape)).astype(int)
    assert np.abs(np.diff(mask, axis=0)).max() < 40
    assert np.abs(np.diff(mask, axis=1)).max() < 40
