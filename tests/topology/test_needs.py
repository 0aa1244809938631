"""Needs of the engines of this house."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Wrong
from topology.needs import included, need_named, needs


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))


def test_every_model_that_can_be_pulled_says_what_it_is_how_large_from_where_and_under_which_licence() -> None:
    found = list(needs())
    assert {(need.actor, need.engine) for need in found} == {
        ("asr", "whisper"), ("llm", "llama"), ("tts", "fish"), ("face", "musetalk")
    }  # fmt: skip
    for need in found:
        weights = need.weights
        assert not need.is_here and not need.is_begun
        assert weights.size > 50_000_000
        assert weights.source == f"{weights.page}/resolve/main/"
        for part in (
            f"missing: avatar models pull {weights.name}",
            weights.licence,
            weights.page,
            weights.files[0].name,
        ):
            assert part in need.lines()


def test_names_are_folders_of_their_own() -> None:
    names = [need.weights.name for need in needs()]
    assert len(names) == len(set(names))


def test_a_gated_model_says_that_it_asks_for_a_token() -> None:
    assert "asks for HF_TOKEN" in need_named("openaudio-s1-mini").lines()
    assert "no commercial use" in need_named("openaudio-s1-mini").lines()


def test_what_is_begun_is_not_yet_here() -> None:
    need = need_named("faster-whisper-small")
    need.weights.folder.mkdir(parents=True)
    for file in need.weights.files:
        assert not need.is_here
        (need.weights.folder / file.name).write_bytes(b"x")
        assert need.is_begun
    assert need.is_here and f"here: {need.weights.folder}" in need.lines()


def test_models_that_come_with_a_package_are_told_too() -> None:
    found = {each.engine: each for each in included()}
    assert set(found) == {"pocketsphinx", "smart-turn"}
    assert found["pocketsphinx"].is_here
    assert "in the package pipecat" in found["smart-turn"].lines()


def test_a_model_is_found_by_its_name_and_one_that_is_none_is_said() -> None:
    name = next(needs()).weights.name
    assert need_named(name).weights.name == name
    with pytest.raises(Wrong, match='no model "large" to pull'):
        need_named("large")
