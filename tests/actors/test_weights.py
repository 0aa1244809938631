"""Weights of engines: which of their files are there, whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from actors.weights import WeightFile, Weights, brought_of, models_folder, pullable_of

TINY = Weights(
    name="tiny",
    files=(WeightFile("model.bin", 5), WeightFile("sub/config.json")),
    source="https://example.org/tiny/resolve/main/",
    page="https://example.org/tiny",
    licence="MIT: free for any use",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))
    return tmp_path


def names(weights: Weights) -> list[str]:
    return [file.name for file in weights.missing]


def test_what_is_not_there_is_missing_and_so_is_what_is_not_whole(folder: Path) -> None:
    assert names(TINY) == ["model.bin", "sub/config.json"]
    (folder / "tiny" / "sub").mkdir(parents=True)
    (folder / "tiny" / "model.bin").write_bytes(b"1234")
    (folder / "tiny" / "sub" / "config.json").write_bytes(b"{}")
    assert names(TINY) == ["model.bin"]
    (folder / "tiny" / "model.bin").write_bytes(b"12345")
    assert names(TINY) == []
    assert (TINY.folder, TINY.size) == (folder / "tiny", 5)


def test_an_empty_file_whose_size_nobody_knows_is_not_whole(folder: Path) -> None:
    (folder / "tiny" / "sub").mkdir(parents=True)
    (folder / "tiny" / "sub" / "config.json").touch()
    assert "sub/config.json" in names(TINY)


def test_models_lie_in_the_users_data_unless_the_environment_says_otherwise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert models_folder() == folder
    monkeypatch.delenv("AVATAR_MODELS")
    assert models_folder().parts[-2:] == ("avatar", "models")


def test_what_git_lfs_puts_in_place_of_a_model_is_not_whole(folder: Path) -> None:
    (folder / "tiny" / "sub").mkdir(parents=True)
    (folder / "tiny" / "sub" / "config.json").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    assert "sub/config.json" in names(TINY)


def test_of_a_model_whose_sizes_nobody_knows_it_is_told_how_large_it_is_about() -> None:
    assert msgspec.structs.replace(TINY, files=(WeightFile("a"),), about=7_000).size == 7_000


def test_an_engine_may_have_models_or_none() -> None:
    class Embedded:
        pass

    class Named:
        pullable = (TINY,)

    assert pullable_of(Embedded) == ()
    assert pullable_of(Named) == (TINY,)
    assert brought_of(Embedded) is None
