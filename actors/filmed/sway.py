"""Sway of a photo: the picture breathes and leans as a whole, a little, so that it does not look frozen.

It cannot blink: what is behind the lids is not in the photo.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from actors.face_pack import HEIGHT, WIDTH, Box, Pixels

FRAMES = 225
"""9 seconds, after which it begins again without a jump."""
_ZOOM = 1.03
"""The photo is enlarged by this, so that no edge is ever seen."""
_TURN_DEG = 0.25
_SHIFT = 3.0


def sway(frame: int) -> NDArray[np.float64]:
    """2x3 matrix that takes a pixel of the photo to frame `frame` of the idle clip."""
    x, y, turn, zoom = _posture(frame)
    cos, sin = zoom * math.cos(turn), zoom * math.sin(turn)
    matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    matrix[:, 2] = middle + np.array([x, y]) - matrix[:, :2] @ middle
    return matrix


def swayed(photo: Pixels, frame: int) -> Pixels:
    """Frame `frame` of the idle clip."""
    import cv2

    # A pixel's middle lies half a pixel beside its corner.
    matrix = sway(frame)
    matrix[:, 2] += matrix[:, :2] @ np.full(2, 0.5) - 0.5
    size, edge = (WIDTH, HEIGHT), cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(photo, matrix, size, flags=cv2.INTER_CUBIC, borderMode=edge), np.uint8)


def swayed_box(box: Box, frame: int) -> Box:
    """Where the box of the photo lies in that frame."""
    _, _, turn, zoom = _posture(frame)
    matrix = sway(frame)
    middle = matrix[:, :2] @ np.array([box.x + box.width / 2, box.y + box.height / 2]) + matrix[:, 2]
    width, height = box.width * zoom, box.height * zoom
    x, y = middle - np.array([width, height]) / 2
    return Box(*(round(float(value), 3) for value in (x, y, width, height, math.degrees(turn))))


def _posture(frame: int) -> tuple[float, float, float, float]:
    """Shift in pixels, turn in radians (clockwise), and size."""
    once, twice = (2 * math.pi * rounds * frame / FRAMES for rounds in (1, 2))
    breath = math.sin(twice)
    return (
        _SHIFT * math.sin(once),
        0.7 * breath,
        math.radians(_TURN_DEG) * math.sin(once + 0.8),
        _ZOOM * (1 + 0.002 * breath),
    )
