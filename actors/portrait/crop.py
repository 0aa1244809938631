"""Crop of the drawing that moves with the mouth: lips to chin, with the mask by which it is laid over a frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.portrait.mouth import CENTRE, mouth, shape
from actors.portrait.pose import Pose
from actors.portrait.svg import Box, render

CROP = 256
BOX: Box = (540.0, 330.0, 200.0, 200.0)
"""Region of the drawing that the crop shows."""
SCALE = CROP / BOX[2]
"""Pixels of the crop to a unit of the drawing."""
CHIN_DROP = 13.0
"""Units that the chin goes down when the jaw is right down: about half of what the lips part."""

Pixels = NDArray[np.uint8]
Floats = NDArray[np.floating]


def crop_mask() -> Pixels:
    """How strongly the crop covers the frame: whole at the lips, nothing at the edges; shape (256, 256)."""
    x, y = _units()
    from_middle = np.hypot((x - 640) / 91, (y - 426) / 94)
    return np.round(255 * _ease((1 - from_middle) / 0.3)).astype(np.uint8)


def draw_crop(bare: Pixels, pose: Pose, jaw: NDArray[np.float32]) -> Pixels:
    """The crop of a pose: `bare` skin (BGR, 256x256), pulled down at the chin by `jaw` (see `jaw_pull`), with a mouth."""
    import cv2

    crop = bare.copy()
    if pose.jaw > 0.004:
        x, y = _pixels()
        crop = np.asarray(cv2.remap(bare, x, y - jaw * np.float32(pose.jaw), cv2.INTER_LINEAR), np.uint8)
    left, top, right, bottom = _mouth_pixels(pose)
    place = (BOX[0] + left / SCALE, BOX[1] + top / SCALE, (right - left) / SCALE, (bottom - top) / SCALE)
    drawn = render(mouth(pose), place, SCALE)
    region = crop[top:bottom, left:right]
    share = drawn[..., 3].astype(np.float32) / 255
    region[:] = cv2.blendLinear(np.ascontiguousarray(drawn[..., :3]), np.ascontiguousarray(region), share, 1 - share)
    return crop


def jaw_pull() -> NDArray[np.float32]:
    """Pixels that each pixel of the crop goes down when the jaw is right down, shape (256, 256)."""
    x, y = _units()
    below_lips = _ease((y - CENTRE[1] - 2) / 42)
    inside = _ease((84 - np.abs(x - 640)) / 58)
    above_collar = _ease((521 - y) / 30)
    return np.asarray(CHIN_DROP * SCALE * below_lips * inside * above_collar, np.float32)


def _mouth_pixels(pose: Pose) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of all that the mouth covers in the crop. Tight, because pixels cost time."""
    lips = shape(pose)
    left = int((CENTRE[0] - lips.half - 12 - BOX[0]) * SCALE)
    top = int((CENTRE[1] + min(lips.top, lips.corner - 4) - 6 - BOX[1]) * SCALE)
    bottom = int((CENTRE[1] + lips.bottom + 17 - BOX[1]) * SCALE)
    return left, top, CROP - left, bottom


def _units() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Place of each pixel of the crop in the drawing."""
    x, y = _pixels()
    return (x + np.float32(0.5)) / np.float32(SCALE) + np.float32(BOX[0]), (y + np.float32(0.5)) / np.float32(
        SCALE
    ) + np.float32(BOX[1])


def _pixels() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    line = np.arange(CROP, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    return x, y


def _ease(share: Floats) -> Floats:
    """Smoothstep of values cut to 0..1."""
    cut = np.clip(share, 0, 1)
    return np.asarray(cut * cut * (3 - 2 * cut))
