"""Fake face pack: flat frames whose grey value is their number, and a box that takes the whole crop."""

from __future__ import annotations

import numpy as np

from actors.cam_out.picture import Pixels, encoded


class FakePack:
    """Ten frames of 64x36."""

    frames = 10

    def __init__(self) -> None:
        self.decoded = 0

    def idle_jpeg(self, frame: int) -> bytes:
        return encoded(self._frame(frame))

    def idle_frame(self, frame: int) -> Pixels:
        self.decoded += 1
        return self._frame(frame)

    def paste(self, picture: Pixels, frame: int, crop: Pixels, strength: float = 1.0) -> None:
        region = picture[10:20, 10:20]
        region[:] = (region * (1 - strength) + crop[:10, :10] * strength).astype(np.uint8)

    def _frame(self, frame: int) -> Pixels:
        return np.full((36, 64, 3), 10 * (frame % self.frames), np.uint8)


def crop(level: int) -> bytes:
    """A mouth crop of one grey, as JPEG."""
    return encoded(np.full((256, 256, 3), level, np.uint8))
