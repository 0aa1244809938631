"""Scenes of `avatar models`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from actors.weights import Weights
from cli.main import run
from remote import pulling
from topology.needs import need_named

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)


def fill(name: str) -> Path:
    weights = need_named(name).weights
    weights.folder.mkdir(parents=True)
    for file in weights.files:
        (weights.folder / file.name).write_bytes(b"x")
    return weights.folder


def test_the_models_are_listed_for_people_and_for_programs(capsys: Captured) -> None:
    assert run(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("whisper" in line and "missing: avatar models pull" in line for line in lines)
    assert run(["models", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert 2 * len(told) == len(lines)
    assert all({"here", "actor", "engine"} <= one.keys() and ("weights" in one) != ("model" in one) for one in told)


def test_those_that_are_here_are_checked_and_what_is_not_whole_is_exit_code_1(capsys: Captured) -> None:
    assert run(["models", "check"]) == 0
    assert "no model is here" in capsys.readouterr().out
    folder = fill("faster-whisper-small")
    assert run(["models", "check"]) == 0
    assert capsys.readouterr().out == "faster-whisper-small: whole\n"
    (folder / "model.bin").unlink()
    errors = io.StringIO()
    assert run(["models", "check"], errors) == 1
    assert capsys.readouterr().out == "faster-whisper-small: model.bin is missing\n"
    assert "avatar models pull faster-whisper-small" in errors.getvalue()
    assert run(["models", "check", "musetalk", "--json"], errors) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) == 2


def test_several_are_pulled_at_once_as_the_advice_of_musetalk_says(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pulled: list[tuple[str, str]] = []

    def note(weights: Weights, secret: str, _progress: object) -> None:
        pulled.append((weights.name, secret))

    monkeypatch.setattr(pulling, "pull", note)
    (tmp_path / ".env").write_text("HF_TOKEN=hf_me\n", encoding="utf-8")
    names = ["musetalk", "musetalk/sd-vae", "musetalk/whisper"]
    assert run(["models", "pull", *names]) == 0
    assert pulled == [(name, "hf_me") for name in names]
    assert f"musetalk is in {tmp_path / 'musetalk'}" in capsys.readouterr().out


def test_a_gated_one_without_a_token_is_two_lines() -> None:
    errors = io.StringIO()
    assert run(["models", "pull", "openaudio-s1-mini"], errors) == 1
    assert "gated" in errors.getvalue() and "HF_TOKEN" in errors.getvalue()
    assert len(errors.getvalue().splitlines()) == 2


@pytest.mark.parametrize(
    "words", [["pull"], ["list", "musetalk"], ["pull", "nothing-of-that-name"], ["pull", "musetalk", "nothing"]]
)
def test_what_is_not_meant_is_exit_code_2(words: list[str]) -> None:
    errors = io.StringIO()
    assert run(["models", *words], errors) == 2
    assert len(errors.getvalue().splitlines()) == 2
