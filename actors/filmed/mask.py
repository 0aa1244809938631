"""Mask: which part of a crop is replaced: mouth, cheeks and chin, not the nose, and nothing at the rim."""

from __future__ import annotations

import numpy as np

from actors.face_pack import CROP, Box, Pixels
from actors.filmed.shape import Points, Shape

BLUR = 39
"""Pixels: a tenth of MuseTalk's region, which is one and a half times as wide as the crop."""
_RIM = 20
"""Pixels at the rim over which the mask fades to nothing, for there the frame goes on."""
_WIDEN = 0.05
"""How far the outline is drawn beyond the jaw: lips open downwards."""
_NOSE_SHARE = 0.16
"""Width of the nose as a share of the face's."""


def crop_mask(shape: Shape, box: Box) -> Pixels:
    """How strongly the crop covers the frame, grey, 256x256, for a face of this shape in this box."""
    import cv2

    jaw, tip = _in_crop(shape.jaw, box), _in_crop(shape.tip[None], box)[0]
    middle = jaw.mean(axis=0)
    outline = middle + (jaw - middle) * (1 + _WIDEN)
    mask = np.zeros((CROP, CROP), np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
    half = max(round(CROP * _NOSE_SHARE / 2), 1)
    reach = max(round(tip[1] - CROP / 2), 1)
    cv2.ellipse(mask, (round(tip[0]), CROP // 2), (half, reach), 0, 0, 360, 0, -1)
    # The network was shown the upper half: it is right as it is.
    mask[: CROP // 2] = 0
    soft = cv2.GaussianBlur(mask, (BLUR, BLUR), 0)
    return np.asarray(np.round(soft * _rim()), np.uint8)


def _rim() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """0 at the sides and the bottom, 1 inside."""
    place = np.arange(CROP)
    aside = np.clip(np.minimum(place, CROP - 1 - place) / _RIM, 0, 1)
    below = np.clip((CROP - 1 - place) / (_RIM * 0.7), 0, 1)
    return np.asarray(below[:, None] * aside[None, :])


def _in_crop(points: Points, box: Box) -> Points:
    return np.asarray((points - (box.x, box.y)) * (CROP / box.width, CROP / box.height))
