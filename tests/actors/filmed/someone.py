"""Somebody to film: the drawn person, who has a face that finders find; and clips of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from actors.face_pack import FacePack, Pixels
from actors.filmed.shape import Shape


class Told:
    """A finder that says what it was told to, and counts."""

    def __init__(self, *shapes: Shape, profile: bool = False) -> None:
        self.shapes, self.profile = list(shapes), profile
        self.asked = 0

    def find(self, frame: Pixels) -> list[Shape]:
        self.asked += 1
        return list(self.shapes)

    def is_profile(self, frame: Pixels) -> bool:
        return self.profile


def photo(drawn: FacePack, folder: Path, name: str = "me.png") -> Path:
    path = folder / name
    cv2.imwrite(str(path), drawn.idle_frame(0))
    return path


def film(path: Path, frames: int, fps: int = 25, size: tuple[int, int] = (64, 48)) -> Path:
    """A clip in which each frame is brighter than the one before."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "10", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for index in range(frames):
            grey = np.full((size[1], size[0], 3), 20 + index * 4 % 230, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
