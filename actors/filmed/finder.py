"""Finder of faces in frames: with mediapipe where that is installed, else with the cascades that come with OpenCV.

mediapipe 0.10.21 is the last one that holds its model in the wheel; later ones need a download, and from 0.10.35 on they
send usage figures to Google: those are not used.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from actors.face_pack import HEIGHT, WIDTH, Pixels
from actors.filmed.shape import Points, Shape, from_square

if TYPE_CHECKING:
    import cv2

_MESH_VERSIONS = (0, 10, 21)
_MESH_JAW = (127, 234, 93, 58, 172, 136, 150, 176, 152, 400, 379, 365, 397, 288, 361, 323, 356)
"""Points of mediapipe's mesh that come nearest to points 0..16 of 68."""
_MESH_BRIDGE, _MESH_TIP = 5, 4
_HALF = 0.5
"""The cascades look at a frame of half the size: four times as fast, and a face of 60 pixels is large enough for them."""
_LEAST = 30
_SURE = 5
"""Windows around a face that must agree. Of four, cupboards have faces too."""
_RIVAL = 0.5
"""A second face of less than this share of the first one's width is somebody in the background."""


class Finder(Protocol):
    """Finds faces."""

    def find(self, frame: Pixels) -> list[Shape]:
        """Every face in the frame (BGR), the largest first; without those much smaller than it."""
        ...

    def is_profile(self, frame: Pixels) -> bool:
        """Whether somebody is there who looks aside."""
        ...


class Cascades:
    """Haar cascades: a square for each face, in which an average face is assumed."""

    def __init__(self) -> None:
        import cv2

        folder = Path(cv2.__file__).parent / "data"
        self._front = cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_alt2.xml"))
        self._side = cv2.CascadeClassifier(str(folder / "haarcascade_profileface.xml"))

    def find(self, frame: Pixels) -> list[Shape]:
        """Faces that look into the camera."""
        squares = sorted(self._squares(self._front, _grey(frame)), key=lambda square: -square[2])
        return [from_square(*square) for square in squares if square[2] >= _RIVAL * squares[0][2]]

    def is_profile(self, frame: Pixels) -> bool:
        """Looks for a face from its left and from its right side."""
        grey = _grey(frame)
        return bool(self._squares(self._side, grey) or self._squares(self._side, np.ascontiguousarray(grey[:, ::-1])))

    def _squares(self, cascade: cv2.CascadeClassifier, grey: Pixels) -> list[tuple[float, float, float]]:
        found = cascade.detectMultiScale(grey, 1.1, _SURE, minSize=(_LEAST, _LEAST))
        return [(x / _HALF, y / _HALF, size / _HALF) for x, y, size, _ in np.asarray(found, float).reshape(-1, 4)]


class Mesh:
    """mediapipe's mesh of 468 points."""

    def __init__(self) -> None:
        import mediapipe  # type: ignore[import-not-found, unused-ignore]

        self._mesh: Any = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=3)

    def find(self, frame: Pixels) -> list[Shape]:
        """Faces, also those that look a little aside."""
        found = self._mesh.process(np.ascontiguousarray(frame[..., ::-1])).multi_face_landmarks or []
        points = [np.array([(p.x * WIDTH, p.y * HEIGHT) for p in face.landmark]) for face in found]
        shapes = sorted((from_mesh(each) for each in points), key=lambda shape: -shape.width)
        return [shape for shape in shapes if shape.width >= _RIVAL * shapes[0].width]

    def is_profile(self, frame: Pixels) -> bool:
        """The mesh finds those too: `find` says how far they are turned."""
        return False


def from_mesh(points: Points) -> Shape:
    """Shape from the points of a mesh, shape (468 or more, 2), in pixels."""
    return Shape(points[list(_MESH_JAW)], points[_MESH_BRIDGE], points[_MESH_TIP])


def best_finder() -> Finder:
    """The mesh where the right mediapipe is installed, else the cascades."""
    try:
        version = importlib.metadata.version("mediapipe")
    except importlib.metadata.PackageNotFoundError:
        return Cascades()
    return Mesh() if _numbers(version) <= _MESH_VERSIONS else Cascades()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())


def _grey(frame: Pixels) -> Pixels:
    import cv2

    small = cv2.resize(frame, None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)), np.uint8)
