"""Scenes of footage: whatever the rate and the shape of a clip, 25 frames of the camera's size come each second."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from actors.filmed import footage
from actors.filmed.footage import fitted, is_photo, read_clip, read_photo
from bus.errors import Wrong
from tests.actors.filmed.someone import film


@pytest.mark.parametrize(("fps", "frames", "wanted"), [(25, 10, 10), (50, 20, 10), (30, 12, 10), (5, 2, 6)])
def test_a_clip_of_any_rate_becomes_25_frames_a_second(tmp_path: Path, fps: int, frames: int, wanted: int) -> None:
    pictures = list(read_clip(film(tmp_path / "a.mp4", frames, fps)))
    assert len(pictures) == wanted
    assert pictures[0].shape == (720, 1280, 3)
    light = [int(picture[360, 640, 0]) for picture in pictures]
    assert light == sorted(light)


def test_a_narrow_picture_is_shown_whole_beside_its_own_colours() -> None:
    tall = np.full((400, 200, 3), 200, np.uint8)
    tall[:, :100] = 100
    frame = fitted(tall)
    assert frame.shape == (720, 1280, 3)
    assert (int(frame[360, 500, 0]), int(frame[360, 780, 0])) == (100, 200)
    assert 90 < int(frame[360, 20, 0]) < 160


def test_a_clip_that_is_too_long_is_refused_with_the_way_to_cut_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage, "MOST_SECONDS", 1)
    with pytest.raises(Wrong, match="longer than 1 s") as refusal:
        list(read_clip(film(tmp_path / "a.mp4", 40)))
    assert "ffmpeg" in refusal.value.todo


def test_a_clip_of_one_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="has 1 pictures"):
        list(read_clip(film(tmp_path / "a.mp4", 1)))


@pytest.mark.parametrize("data", [b"", b"not a video at all" * 50])
def test_what_is_no_video_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    with pytest.raises(Wrong, match="cannot be read as a video"):
        list(read_clip(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for read in (read_photo, lambda path: list(read_clip(path))):
        with pytest.raises(Wrong, match="me cannot be read: No such file"):
            read(tmp_path / "me")


def test_a_photo_is_read_as_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "Ich.PNG"
    cv2.imwrite(str(path), np.full((90, 160, 3), 77, np.uint8))
    assert is_photo(path)
    assert not is_photo(tmp_path / "me.mp4")
    assert (read_photo(path) == 77).all()


def test_a_photo_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(b"\xff\xd8 torn")
    with pytest.raises(Wrong, match="not a picture"):
        read_photo(path)
