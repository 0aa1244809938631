"""Scenes of a film that is read back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pytest

from actors.cam_out.film import FilmPart
from actors.cam_out.picture import Picture
from actors.face_pack import Box, FacePack, Manifest
from actors.movie import assemble
from actors.take import SoundTake
from bus.clock import SECOND
from bus.errors import Broken
from remote.bench import film

FRAMES, SHIFT = 20, 7
BOX = Box(500, 400, 200, 200)


def idle(frame: int) -> np.ndarray:
    """A bright bar that wanders."""
    picture = np.full((720, 1280, 3), 60, np.uint8)
    picture[:, frame % FRAMES * 60 : frame % FRAMES * 60 + 60] = 200
    return picture


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import cv2

    jpegs = [cv2.imencode(".jpg", idle(n))[1].tobytes() for n in range(FRAMES)]
    manifest = Manifest(name="bar", kind="clip", frames=FRAMES, boxes=(BOX,) * FRAMES, masks="one", content="")
    made = FacePack(Path("bar"), manifest, jpegs, [np.full((256, 256), 255, np.uint8)])
    monkeypatch.setattr(film, "read_pack", lambda _: made)
    yield


def recorded(folder: Path) -> Path:
    """Two seconds; the mouth moves between 0.8 and 1.2 s, and the voice sounds with it."""
    part = FilmPart(folder / "parts", 0, 1280, 720, 25)
    for n in range(50):
        pixels = idle(n + SHIFT)
        if 20 <= n < 30:
            pixels[400:600, 500:700] = 128
        part.write(Picture(pixels=partial(np.copy, pixels)), n * SECOND // 25)
    part.close()
    for kind in ("voice", "user"):
        take = SoundTake(folder, kind, 48_000)
        sound = np.zeros(96_000, np.int16)
        sound[38_400:57_600] = (np.sin(np.arange(19_200) / 20) * 8_000).astype(np.int16)
        take.write(sound if kind == "voice" else np.zeros_like(sound), 0)
        take.close()
    return assemble(folder, folder / "call.mp4").path


def test_the_mouth_is_told_from_the_idle_clip_wherever_the_clip_began(tmp_path: Path, pack: None) -> None:
    found = film.read_film(recorded(tmp_path))
    moving = found.seen_s[found.mouth > 10]
    assert moving == pytest.approx(np.arange(20, 30) / 25, abs=0.005)
    assert found.mouth[found.mouth <= 10].max() < 5


def test_the_tracks_are_apart_and_in_time_with_the_picture(tmp_path: Path, pack: None) -> None:
    found = film.read_film(recorded(tmp_path))
    loud = np.flatnonzero(np.abs(found.voice) > 0.1) / 16_000
    assert (loud[0], loud[-1]) == pytest.approx((0.8, 1.2), abs=0.005)
    assert np.abs(found.person).max() < 0.01


def test_what_is_no_film_is_told(tmp_path: Path) -> None:
    (tmp_path / "call.mp4").write_bytes(msgspec.json.encode("no film"))
    with pytest.raises(Broken, match=r"call\.mp4 cannot be read"):
        film.read_film(tmp_path / "call.mp4")
