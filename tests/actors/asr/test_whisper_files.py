"""Scenes of a model's files: all there and whole, or one line of what is not."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

from actors.asr import whisper_files
from actors.asr.whisper_files import FRONT_END, NEEDED, WEIGHTS, check_files, find_model, read_contents, weights_named
from bus.errors import Fatal, Wrong
from tests.actors.asr import tiny_whisper


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing pulled, nothing cached, no network."""
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def no_network(*_: object) -> None:
        pytest.fail("it looked into the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)


def test_a_whole_model_has_its_weights_counted(tiny: Path) -> None:
    assert 100_000 < check_files(tiny) < 300_000


@pytest.mark.parametrize("name", [*NEEDED, FRONT_END, "vocabulary.json"])
def test_each_file_is_missed_by_name(tiny: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_files, "USUAL_BANDS", 128 if read_contents(tiny / "model.bin").bands == 80 else 80)
    folder = Path(shutil.copytree(tiny, tmp_path / "torn"))
    (folder / name).unlink()
    with pytest.raises(Fatal, match=name):
        check_files(folder)


def test_an_older_model_has_its_vocabulary_as_text(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "old"))
    (folder / "vocabulary.json").rename(folder / "vocabulary.txt")
    assert check_files(folder)


def test_an_older_model_which_hears_with_80_bands_needs_no_front_end_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster_whisper = pytest.importorskip("faster_whisper", reason="needs the extra: uv sync --extra whisper")
    monkeypatch.setattr(tiny_whisper, "BANDS", 80)
    folder = tiny_whisper.make(tmp_path / "old")
    (folder / FRONT_END).unlink()
    assert read_contents(folder / "model.bin").bands == 80
    assert check_files(folder)
    model = faster_whisper.WhisperModel(str(folder), device="cpu")
    list(model.transcribe(np.zeros(16_000, np.float32), language="uk", max_new_tokens=2)[0])


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"])
def test_what_is_no_model_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(Fatal, match="no whole"):
        read_contents(tmp_path / "model.bin")


def test_a_download_that_broke_off_is_told(tiny: Path, tmp_path: Path) -> None:
    whole = (tiny / "model.bin").read_bytes()
    (tmp_path / "model.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Fatal, match="no whole"):
        read_contents(tmp_path / "model.bin")


def test_a_folder_is_taken_as_it_is_and_a_wrong_one_never_becomes_a_download(tiny: Path, tmp_path: Path) -> None:
    assert find_model("large-v3-turbo", str(tiny)) == tiny
    with pytest.raises(Wrong, match="no folder"):
        find_model("large-v3-turbo", str(tmp_path / "my" / "model"))


@pytest.mark.parametrize("name", ["large-v3-turbo", "turbo"])
def test_a_pulled_model_is_found_by_its_name(tmp_path: Path, name: str) -> None:
    pulled = tmp_path / "models" / "faster-whisper-large-v3-turbo"
    pulled.mkdir(parents=True)
    assert find_model(name, None) == pulled
    weights = weights_named(name)
    assert weights is not None and weights.folder == pulled
    assert {file.name for file in weights.files} == {*NEEDED, FRONT_END, "vocabulary.json"}


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("name", "pulled"),
    [("small", "faster-whisper-small"), ("turbo", "faster-whisper-large-v3-turbo"), ("somebody/whisper-uk-ct2", ""), ("/somewhere", "")],
)  # fmt: skip
def test_a_name_of_which_nothing_is_here_says_how_to_get_it(name: str, pulled: str) -> None:
    with pytest.raises(Fatal, match="not on this machine") as error:
        find_model(name, None)
    told = f"avatar models pull {pulled};" if pulled else "set `folder`"
    assert told in error.value.todo and ("pull" in error.value.todo) == bool(pulled)
    assert not pulled or pulled in {weights.name for weights in WEIGHTS}


@pytest.mark.usefixtures("tiny")
def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(Wrong) as error:
        find_model("large-v4", None)
    assert "large-v3-turbo" in error.value.todo
