"""Scenes of the pack of a filmed face, with a real photo and a real clip file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actors.face_pack import Box, FacePack
from actors.filmed.finder import Cascades
from actors.filmed.pack import looped, prepare
from actors.filmed.shape import crop_box, from_square
from bus.errors import Wrong
from tests.actors.filmed.someone import Told, film, photo

FACE = from_square(490, 180, 290)


@pytest.fixture(scope="module")
def made(drawn: FacePack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filmed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("actors.filmed.pack.FRAMES", 60)  # of the 225: the rest is more of the same
        return prepare(photo(drawn, folder), folder / "faces", finder=Cascades())


def test_a_photo_becomes_a_pack_that_moves(made: Path) -> None:
    pack = FacePack.read(made)
    assert (pack.manifest.kind, pack.manifest.name, pack.frames) == ("photo", "me", 60)
    assert made.name == f"me-{pack.manifest.content[:12]}"
    assert len(set(pack.manifest.boxes)) > 40
    assert np.abs(pack.idle_frame(0).astype(int) - pack.idle_frame(50)).max() > 20


def test_every_crop_of_a_photo_shows_the_same_face(made: Path) -> None:
    pack = FacePack.read(made)
    crops = [pack.cut(frame).astype(int) for frame in (0, 30, 50)]
    assert all(np.abs(crop - crops[0]).mean() < 2.5 for crop in crops)


def test_pasting_what_was_cut_changes_nothing_that_is_seen(made: Path) -> None:
    pack = FacePack.read(made)
    before, after = pack.idle_frame(30), pack.idle_frame(30)
    pack.paste(after, 30, pack.cut(30))
    assert np.abs(before.astype(int) - after).mean() < 0.2


def test_the_same_source_gives_the_same_folder_and_nothing_else_is_left(tmp_path: Path) -> None:
    clip = film(tmp_path / "a b.mp4", 6)
    first = prepare(clip, tmp_path / "faces", box=Box(500, 200, 230, 280))
    assert prepare(clip, tmp_path / "faces", box=Box(500, 200, 230, 280)) == first
    assert [each.name for each in (tmp_path / "faces").iterdir()] == [first.name]
    assert first.name.startswith("a-b-")


def test_a_clip_plays_forth_and_back_with_a_box_for_each_frame(tmp_path: Path) -> None:
    finder, shares = Told(FACE), list[float]()
    folder = prepare(film(tmp_path / "me.mp4", 10), tmp_path, finder=finder, progress=shares.append)
    pack = FacePack.read(folder)
    assert (pack.manifest.kind, pack.frames) == ("clip", 18)
    assert finder.asked == 4, "each third frame"
    light = [int(pack.idle_frame(frame)[360, 640, 0]) for frame in range(pack.frames)]
    assert light[:10] == sorted(light[:10])
    assert light[10:] == light[8:0:-1]
    assert set(pack.manifest.boxes) == {crop_box(FACE)}
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


@pytest.mark.parametrize(("frames", "order"), [(2, [0, 1]), (3, [0, 1, 2, 1]), (4, [0, 1, 2, 3, 2, 1])])
def test_a_loop_shows_its_ends_once(frames: int, order: list[int]) -> None:
    assert looped(frames) == order


def test_nobody_in_the_picture_is_told(drawn: FacePack, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no face was found"):
        prepare(photo(drawn, tmp_path), tmp_path, finder=Told())
    with pytest.raises(Wrong, match="2 faces in the photo"):
        prepare(photo(drawn, tmp_path), tmp_path, finder=Told(FACE, from_square(50, 180, 290)))
    with pytest.raises(Wrong, match=r"turned aside 0\.0 s into the clip"):
        prepare(film(tmp_path / "me.mp4", 10), tmp_path, finder=Told(profile=True))


def test_a_folder_that_cannot_be_written_is_named(drawn: FacePack, tmp_path: Path) -> None:
    (tmp_path / "faces").write_bytes(b"a file")
    with pytest.raises(Wrong, match="cannot be kept in"):
        prepare(film(tmp_path / "me.mp4", 3), tmp_path / "faces", finder=Told(FACE))
