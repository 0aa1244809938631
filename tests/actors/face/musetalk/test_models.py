"""Scenes of the model folder: everything that is missing is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.face.musetalk.models import NEEDED, WEIGHTS, default_models, find_models
from bus.errors import Fatal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for names in NEEDED:
        (tmp_path / names[-1]).parent.mkdir(exist_ok=True)
        (tmp_path / names[-1]).write_bytes(b"{}")
    return tmp_path


def test_a_whole_folder_is_found(folder: Path) -> None:
    files = find_models(folder)
    assert files.unet_weights == folder / "musetalkV15" / "unet.pth"
    assert files.vae == folder / "sd-vae"


def test_all_missing_files_stand_in_one_error(tmp_path: Path) -> None:
    with pytest.raises(Fatal) as refusal:
        find_models(tmp_path / "nowhere")
    for names in NEEDED:
        assert all(name in refusal.value.what for name in names)
    assert "avatar models pull" in refusal.value.todo


def test_only_the_missing_one_is_named(folder: Path) -> None:
    (folder / "whisper" / "config.json").unlink()
    with pytest.raises(Fatal, match=r"complete: whisper/config\.json missing"):
        find_models(folder)


def test_a_pointer_of_git_lfs_is_no_model(folder: Path) -> None:
    (folder / "musetalkV15" / "unet.pth").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n")
    with pytest.raises(Fatal, match=r"unet\.pth in .* pointer") as refusal:
        find_models(folder)
    assert "git lfs pull" in refusal.value.todo


def test_what_can_be_pulled_is_the_folder_that_is_looked_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))
    for weights in WEIGHTS:
        for file in weights.files:
            (weights.folder / file.name).parent.mkdir(parents=True, exist_ok=True)
            (weights.folder / file.name).write_bytes(b"{}")
    assert find_models(default_models()).whisper == tmp_path / "musetalk" / "whisper"
