"""Shape of a face in a frame: what is needed to place a mouth crop and to cut its mask. Numbers only.

A point of the outline has the number of the usual 68 (iBUG): 0..16 jaw from ear to ear, with 8 the chin; 29 on the nose.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actors.face_pack import HEIGHT, WIDTH, Box

Points = NDArray[np.float64]

MARGIN = 10
"""Pixels that the box reaches below the chin (extra_margin of MuseTalk 1.5)."""
LEAST_BOX = 110
"""Pixels. From a smaller face the network, which sees 256, draws mush."""
# A face that looks into the camera, as shares of the square that Haar's frontalface_alt2 finds: ears at 0 and 16.
_CHEEK = (
    (0.10, 0.42),
    (0.10, 0.52),
    (0.11, 0.61),
    (0.135, 0.70),
    (0.17, 0.78),
    (0.23, 0.85),
    (0.31, 0.91),
    (0.40, 0.965),
)
_JAW = np.array([*_CHEEK, (0.5, 0.985), *((1 - x, y) for x, y in reversed(_CHEEK))])
_NOSE = np.array([0.5, 0.52])
_NOSE_TIP = np.array([0.5, 0.64])


class Shape(NamedTuple):
    """Where a face lies in a frame, in pixels."""

    jaw: Points
    """Shape (17, 2)."""
    bridge: Points
    """Point 29, the third of the nose's bridge, shape (2,): MuseTalk's boxes have it at half of their height."""
    tip: Points
    """Tip of the nose, shape (2,)."""

    @property
    def width(self) -> float:
        """From ear to ear."""
        return float(np.ptp(self.jaw[:, 0]))

    @property
    def turned(self) -> float:
        """How far it looks aside: 0 into the camera, 1 (or -1) in profile."""
        left, right = float(self.jaw[:, 0].min()), float(self.jaw[:, 0].max())
        return 2 * (float(self.tip[0]) - left) / max(right - left, 1e-6) - 1


def from_square(x: float, y: float, size: float) -> Shape:
    """The shape of an average face in the square that a face finder gave."""
    corner = np.array([x, y])
    return Shape(corner + _JAW * size, corner + _NOSE * size, corner + _NOSE_TIP * size)


def from_box(x: float, y: float, width: float, height: float) -> Shape:
    """The shape that has exactly this crop box, for one who measured the box by hand."""
    bottom = y + height - MARGIN
    middle = (y + bottom) / 2
    low, high = _JAW.min(axis=0), _JAW.max(axis=0)
    share = np.array([width / (high[0] - low[0]), (bottom - middle) / (high[1] - _NOSE[1])])

    def placed(points: Points) -> Points:
        return np.asarray((points - (low[0], _NOSE[1])) * share + (x, middle))

    return Shape(placed(_JAW), placed(_NOSE), placed(_NOSE_TIP))


def crop_box(shape: Shape) -> Box:
    """Where MuseTalk 1.5 crops: ear to ear, the bridge of the nose in the middle, the chin and 10 pixels at the bottom."""
    left, right = shape.jaw[:, 0].min(), shape.jaw[:, 0].max()
    middle, chin = shape.bridge[1], shape.jaw[:, 1].max()
    top = max(0.0, 2 * middle - chin)
    bottom = min(chin + MARGIN, HEIGHT)
    left, right = max(left, 0.0), min(right, WIDTH)
    x, y = round(left), round(top)
    return Box(x, y, max(round(right) - x, 1), max(round(bottom) - y, 1))


def mixed(shapes: list[Shape], weights: list[float]) -> Shape:
    """The weighted mean."""
    total = sum(weights)
    jaw, bridge, tip = (
        sum(part * (weight / total) for part, weight in zip(parts, weights, strict=True))
        for parts in zip(*shapes, strict=True)
    )
    return Shape(np.asarray(jaw), np.asarray(bridge), np.asarray(tip))
