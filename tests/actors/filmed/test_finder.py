"""Scenes of the finder, on the drawn person: a face is found where it is, and a wall has none."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from actors.face_pack import FacePack
from actors.filmed.finder import Cascades, Mesh, best_finder
from actors.filmed.shape import crop_box


def test_the_cascades_find_the_face_where_it_is(drawn: FacePack) -> None:
    (shape,) = Cascades().find(drawn.idle_frame(0))
    box, mouth = crop_box(shape), drawn.manifest.boxes[0]
    middle = mouth.x + mouth.width / 2, mouth.y + mouth.height / 2
    assert abs(box.x + box.width / 2 - middle[0]) < 15
    assert box.y + box.height / 2 < middle[1] < box.y + box.height


def test_two_people_are_two_faces_and_a_small_one_far_behind_does_not_count(drawn: FacePack) -> None:
    frame = drawn.idle_frame(0)
    both = np.hstack([frame[:, 340:980], frame[:, 340:980]])
    assert len(Cascades().find(both)) == 2
    far = frame.copy()
    far[:240, :213] = cv2.resize(frame, (427, 240))[:, 107:320]
    assert len(Cascades().find(far)) == 1


def test_a_wall_has_no_face() -> None:
    wall = np.random.default_rng(1).integers(90, 110, (720, 1280, 3)).astype(np.uint8)
    assert Cascades().find(wall) == []
    assert not Cascades().is_profile(wall)


@pytest.mark.parametrize(
    ("version", "kind"), [("0.10.21", Mesh), ("0.10.35", Cascades), ("1.2.2", Cascades), ("", Cascades)]
)
def test_only_a_mediapipe_with_its_own_model_is_used(monkeypatch: pytest.MonkeyPatch, version: str, kind: type) -> None:
    import importlib.metadata

    def told(name: str) -> str:
        if not version:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(importlib.metadata, "version", told)
    mesh = SimpleNamespace(FaceMesh=lambda **_: None)
    monkeypatch.setitem(sys.modules, "mediapipe", SimpleNamespace(solutions=SimpleNamespace(face_mesh=mesh)))
    assert type(best_finder()) is kind


def test_the_mesh_gives_the_points_that_a_box_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """mediapipe itself has no wheel for every Python; its answer is put together here as its documentation says."""

    def face(left: float, width: float) -> SimpleNamespace:
        points = [SimpleNamespace(x=left + width / 2, y=0.4) for _ in range(468)]
        points[127].x, points[356].x = left, left + width
        points[152].y, points[5].y = 0.6, 0.45
        return SimpleNamespace(landmark=points)

    class FaceMesh:
        def __init__(self, **_: object) -> None:
            pass

        def process(self, rgb: object) -> SimpleNamespace:
            return SimpleNamespace(multi_face_landmarks=[face(0.1, 0.05), face(0.4, 0.2)])

    mesh = SimpleNamespace(FaceMesh=FaceMesh)
    monkeypatch.setitem(sys.modules, "mediapipe", SimpleNamespace(solutions=SimpleNamespace(face_mesh=mesh)))
    (shape,) = Mesh().find(np.zeros((720, 1280, 3), np.uint8))
    box = crop_box(shape)
    assert (box.x, box.width, box.y) == (512, 256, round(2 * 0.45 * 720 - 0.6 * 720))
