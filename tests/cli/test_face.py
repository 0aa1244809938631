"""Scenes of `avatar face`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actors.face_pack import Box, FacePack
from bus.errors import Wrong
from cli.face import box_of
from cli.main import run
from tests.actors.filmed.someone import film

Captured = pytest.CaptureFixture[str]


def test_a_clip_becomes_a_face_pack_and_its_folder_is_told(tmp_path: Path, capsys: Captured) -> None:
    clip = film(tmp_path / "me.mp4", 5)
    typed = ["face", "prepare", str(clip), "-o", str(tmp_path / "faces"), "--box", "520,190,240,290", "--json"]
    assert run(typed) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["frames"]) == ("clip", 8)
    assert FacePack.read(Path(told["folder"])).manifest.boxes[0] == Box(520, 190, 240, 290)


def test_a_clip_without_a_face_ends_with_two_lines(tmp_path: Path, capsys: Captured) -> None:
    assert run(["face", "prepare", str(film(tmp_path / "me.mp4", 5)), "-o", str(tmp_path)]) == 2
    assert "no face was found" in capsys.readouterr().err


def test_models_that_are_not_there_are_named_before_anything_is_made(tmp_path: Path, capsys: Captured) -> None:
    typed = [
        "face",
        "prepare",
        str(film(tmp_path / "me.mp4", 5)),
        "-o",
        str(tmp_path / "faces"),
        "--models",
        str(tmp_path),
    ]
    assert run(typed) == 1
    assert "unet.pth" in capsys.readouterr().err
    assert not (tmp_path / "faces").exists()


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "1,2,3,4,5", "1,2,0,4", "-5,0,100,100", "1200,0,100,100"])
def test_a_box_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="--box"):
        box_of(text)
