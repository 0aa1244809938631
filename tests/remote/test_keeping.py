"""Scenes of keeping sound and pictures."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from bus.errors import Wrong
from bus.messages import CameraPicture, SpeechChunk
from remote.keeping import PictureFolder, SoundFile
from tests.remote.copies import copy_of


def test_speech_is_kept_at_its_own_rate(tmp_path: Path) -> None:
    with SoundFile(tmp_path / "a.wav", "vad.speech") as file:
        for payload in (b"\1\0\2\0", b"", b"\3\0\4"):
            file.add(copy_of(SpeechChunk(utterance=1, index=0, at_ns=0, payload=payload)))
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert (sound.getframerate(), sound.readframes(9)) == (16_000, b"\1\0\2\0\3\0")
    assert "16000 Hz" in file.told()


def test_a_picture_is_a_file_with_its_number(tmp_path: Path) -> None:
    with PictureFolder(tmp_path / "new" / "place", ["cam-out.picture"]) as folder:
        folder.add(copy_of(CameraPicture(at_ns=0, payload=b"jpeg"), seq=12))
        folder.add(copy_of(CameraPicture(at_ns=0), seq=13))
    (file,) = (tmp_path / "new" / "place").iterdir()
    assert (file.name, file.read_bytes()) == ("cam-out.picture-1-000012.jpg", b"jpeg")
    assert folder.told().endswith(": 1 pictures")


def test_what_cannot_be_kept_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for wrong in (
        lambda: SoundFile(tmp_path / "a.wav", "llm.token"),
        lambda: SoundFile(tmp_path / "none" / "a.wav", "tts.audio"),
        lambda: PictureFolder(tmp_path / "p", ["face.mouth", "llm.token"]),
        lambda: PictureFolder(tmp_path / "file", ["face.mouth"]),
    ):
        with pytest.raises(Wrong):
            wrong()
    assert sorted(f.name for f in tmp_path.iterdir()) == ["file"]
