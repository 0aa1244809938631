"""Scenes of a face pack: what is written can be read, what is torn is named, and a crop lands in its box only."""

from __future__ import annotations

from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from actors.face_pack import CROP, Box, FacePack, Pixels, write_pack
from bus.errors import Wrong

STRAIGHT = Box(500.25, 300.5, 200, 180)
TURNED = Box(500.25, 300.5, 200, 180, 8.0)
CORNER = Box(-60, 640, 200, 200)


def jpeg(grey: int) -> bytes:
    return cv2.imencode(".jpg", np.full((720, 1280, 3), grey, np.uint8))[1].tobytes()


def mask(inside: int = 255) -> bytes:
    pixels = np.zeros((CROP, CROP), np.uint8)
    pixels[32:-32, 32:-32] = inside
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path, "someone", "clip", [STRAIGHT, TURNED, CORNER], [jpeg(10), jpeg(90), jpeg(200)], [mask()])
    return tmp_path


def crop_of(grey: int) -> Pixels:
    return np.full((CROP, CROP, 3), grey, np.uint8)


def test_what_was_written_can_be_read(folder: Path) -> None:
    pack = FacePack.read(folder)
    assert (pack.manifest.name, pack.manifest.kind, pack.frames) == ("someone", "clip", 3)
    assert pack.manifest.boxes[1] == TURNED
    assert pack.idle_jpeg(4) == jpeg(90), "the clip repeats"
    assert pack.idle_frame(2).shape == (720, 1280, 3)
    assert int(pack.idle_frame(2)[5, 5, 0]) == 200


@pytest.mark.parametrize("frame", [0, 1, 2])
def test_pasting_touches_the_box_and_nothing_else(folder: Path, frame: int) -> None:
    pack = FacePack.read(folder)
    picture = np.full((720, 1280, 3), 50, np.uint8)
    pack.paste(picture, frame, crop_of(250))
    touched = np.argwhere((picture != 50).any(axis=2))
    box = pack.manifest.boxes[frame]
    slack = 20 if box.turn_deg else 0
    assert touched.size, "something was pasted"
    assert touched[:, 1].min() >= max(box.x - slack, 0)
    assert touched[:, 1].max() <= box.x + box.width + slack
    assert touched[:, 0].min() >= box.y - slack
    assert touched[:, 0].max() <= box.y + box.height + slack


def test_the_middle_of_the_crop_lands_in_the_middle_of_the_box(folder: Path) -> None:
    pack = FacePack.read(folder)
    crop = crop_of(0)
    crop[CROP // 2 - 8 : CROP // 2 + 8, CROP // 2 - 8 : CROP // 2 + 8] = 255
    for frame in (0, 1):
        picture = np.zeros((720, 1280, 3), np.uint8)
        pack.paste(picture, frame, crop)
        rows, columns = np.nonzero(picture[..., 0] > 128)
        box = pack.manifest.boxes[frame]
        assert columns.mean() + 0.5 == pytest.approx(box.x + box.width / 2, abs=0.3)
        assert rows.mean() + 0.5 == pytest.approx(box.y + box.height / 2, abs=0.3)


def test_strength_fades_the_crop_in(folder: Path) -> None:
    pack = FacePack.read(folder)
    values = []
    for strength in (0.0, 0.25, 0.5, 1.0):
        picture = np.zeros((720, 1280, 3), np.uint8)
        pack.paste(picture, 0, crop_of(200), strength)
        values.append(int(picture[390, 600, 1]))
    assert values[0] == 0
    assert values[1:] == pytest.approx([50, 100, 200], abs=2)


def test_a_folder_without_a_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match=r"no pack\.json") as refusal:
        FacePack.read(tmp_path)
    assert refusal.value.todo


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b'{"version": 2}', b'{"version": 1, "name": "x", "kind": "clip", "frames": 0}']
)
def test_a_foreign_or_torn_description_is_refused(folder: Path, text: bytes) -> None:
    (folder / "pack.json").write_bytes(text)
    with pytest.raises(Wrong, match=r"pack\.json"):
        FacePack.read(folder)


def test_an_unknown_field_is_refused(folder: Path) -> None:
    fields = msgspec.json.decode((folder / "pack.json").read_bytes())
    (folder / "pack.json").write_bytes(msgspec.json.encode(fields | {"colour": "blue"}))
    with pytest.raises(Wrong, match="colour"):
        FacePack.read(folder)


def test_boxes_that_do_not_match_the_frames_are_refused(folder: Path) -> None:
    fields = msgspec.json.decode((folder / "pack.json").read_bytes())
    (folder / "pack.json").write_bytes(msgspec.json.encode(fields | {"boxes": fields["boxes"][:2]}))
    with pytest.raises(Wrong, match="2 boxes for 3 frames"):
        FacePack.read(folder)


def test_a_missing_frame_is_named(folder: Path) -> None:
    (folder / "idle" / "00001.jpg").unlink()
    with pytest.raises(Wrong, match=r"00001\.jpg"):
        FacePack.read(folder)


@pytest.mark.parametrize("file", ["idle/00002.jpg", "masks/all.png"])
def test_a_picture_that_was_cut_off_is_noticed(folder: Path, file: str) -> None:
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[: len(data) // 2])
    with pytest.raises(Wrong, match="not those"):
        FacePack.read(folder)
