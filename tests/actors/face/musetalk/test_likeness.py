"""Scenes of the likeness: latents are made once, kept where they belong, and made again when they do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actors.face.musetalk.likeness import keep_latents, read_likeness
from actors.face_pack import FacePack, Pixels
from bus.errors import Wrong
from tests.actors.face.musetalk.pretended import Pretended, likeness


class Counted(Pretended):
    def __init__(self) -> None:
        super().__init__()
        self.encoded = 0

    def encode(self, crops: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.encoded += len(crops)
        return super().encode(crops)


@pytest.fixture
def vae(tmp_path: Path) -> Path:
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "config.json").write_bytes(b"{}")
    return tmp_path / "vae"


def test_a_clip_that_plays_forth_and_back_is_encoded_once_and_kept(
    filmed_folder: Path, vae: Path, tmp_path: Path
) -> None:
    encoder = Counted()
    first = read_likeness(filmed_folder, encoder, vae, tmp_path / "cache")
    assert (len(first.crops), first.latents.shape, first.fits_any) == (4, (4, 8, 32, 32), False)
    assert encoder.encoded == 3
    assert np.array_equal(first.latents[1], first.latents[3])
    again = read_likeness(filmed_folder, encoder, vae, tmp_path / "cache")
    assert encoder.encoded == 3
    assert np.array_equal(first.latents, again.latents)


def test_another_autoencoder_or_a_torn_file_makes_new_ones(filmed_folder: Path, vae: Path, tmp_path: Path) -> None:
    encoder, cache = Counted(), tmp_path / "cache"
    read_likeness(filmed_folder, encoder, vae, cache)
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:50])
    read_likeness(filmed_folder, encoder, vae, cache)
    (vae / "config.json").write_bytes(b"{ }")
    read_likeness(filmed_folder, encoder, vae, cache)
    assert encoder.encoded == 9


def test_a_pack_may_bring_them_along(filmed_folder: Path, vae: Path, tmp_path: Path) -> None:
    import shutil

    pack = Path(shutil.copytree(filmed_folder, tmp_path / "pack"))
    keep_latents(pack, Counted(), vae)
    encoder = Counted()
    read_likeness(pack, encoder, vae, tmp_path / "cache")
    assert encoder.encoded == 0
    assert FacePack.read(pack).frames == 4, "the pack is still whole"


def test_a_cache_that_cannot_be_written_costs_time_only(filmed_folder: Path, vae: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file")
    assert len(read_likeness(filmed_folder, Counted(), vae, tmp_path / "cache").latents) == 4


def test_a_drawn_face_is_refused(drawn_folder: Path, vae: Path, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="drawn face") as refusal:
        read_likeness(drawn_folder, Counted(), vae, tmp_path)
    assert "avatar face prepare" in refusal.value.todo


def test_pictures_go_round_with_the_idle_clip_and_a_photo_fits_every_frame() -> None:
    clip, photo = likeness(4), likeness(1, fits_any=True)
    assert [clip.rest(frame, 2).clip_frame for frame in range(4)] == [2, 3, 0, 1]
    assert [photo.rest(frame, 2).clip_frame for frame in range(4)] == [-1] * 4
    drawn = np.zeros((256, 256, 3), np.uint8)
    assert clip.mixed(0, 0, drawn, 1.0).crop is drawn
    assert int(clip.mixed(0, 0, drawn, 0.25).crop[0, 0, 0]) == 150
