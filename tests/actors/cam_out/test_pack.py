"""Pack of the face: where it comes from."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from actors.cam_out.pack import read_pack
from actors.face_pack import CROP, HEIGHT, WIDTH, Box, write_pack
from actors.portrait import pack as portrait
from bus.errors import Wrong


def write(folder: Path) -> Path:
    """A pack of one black frame."""
    folder.mkdir()
    frame = cv2.imencode(".jpg", np.zeros((HEIGHT, WIDTH, 3), np.uint8))[1].tobytes()
    mask = cv2.imencode(".png", np.full((CROP, CROP), 255, np.uint8))[1].tobytes()
    write_pack(folder, "black", "clip", [Box(500, 300, 200, 200)], [frame], [mask])
    return folder


def test_a_named_folder_is_read(tmp_path: Path) -> None:
    assert read_pack(str(write(tmp_path / "black"))).manifest.name == "black"


def test_no_name_means_the_drawn_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "drawn")
    monkeypatch.setattr(portrait, "default_cache", lambda: tmp_path)
    monkeypatch.setattr(portrait, "ensure_sketch_pack", lambda cache: folder)
    assert read_pack("").folder == folder


def test_a_folder_without_a_pack_is_said(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no pack"):
        read_pack(str(tmp_path))
