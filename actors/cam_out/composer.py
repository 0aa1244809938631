"""Composer: a shot in, the picture of it out."""

from __future__ import annotations

import logging

import numpy as np

from actors.cam_out.pack import Pack
from actors.cam_out.picture import Picture, Pixels
from actors.cam_out.stage import Shot

log = logging.getLogger(__name__)


class Composer:
    """Lays mouths into the idle clip. Blocking (about 5 ms with a mouth, nothing without): belongs into a worker thread."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._crop: tuple[bytes, Pixels | None] = (b"", None)
        self.spoilt = 0
        """Mouth crops that were no pictures."""

    def compose(self, shot: Shot) -> Picture:
        """The picture of a shot. A crop that cannot be read is left out, and counted: the camera never stops."""
        pack = self._pack
        crop = self._decoded(shot.mouth.payload) if shot.mouth is not None and shot.strength else None
        if crop is None and not shot.mix:
            return Picture(jpeg=pack.idle_jpeg(shot.idle), pixels=lambda: pack.idle_frame(shot.idle))
        frame = pack.idle_frame(shot.idle)
        if crop is not None:
            pack.paste(frame, shot.idle, crop, shot.strength)
        if shot.mix:
            frame = _mixed(frame, pack.idle_frame(shot.before), shot.mix)
        return Picture(pixels=lambda: frame, speaking=crop is not None)

    def _decoded(self, jpeg: bytes) -> Pixels | None:
        if jpeg != self._crop[0]:
            self._crop = (jpeg, _decode(jpeg))
            if self._crop[1] is None:
                self.spoilt += 1
                log.warning("mouth is no picture bytes=%d count=%d", len(jpeg), self.spoilt)
        return self._crop[1]


def _decode(jpeg: bytes) -> Pixels | None:
    import cv2

    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _mixed(frame: Pixels, before: Pixels, share: float) -> Pixels:
    import cv2

    return np.asarray(cv2.addWeighted(before, share, frame, 1 - share, 0), np.uint8)
