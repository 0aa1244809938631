"""Scenes of `avatar models`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.main import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))


def test_the_models_are_listed_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("whisper" in line and "missing: avatar models pull" in line for line in lines)
    assert run(["models", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == len(lines)
    assert {"here", "folder", "actor", "engine", "weights"} <= told[0].keys()


@pytest.mark.parametrize("words", [["pull"], ["list", "x"], ["dance"], ["pull", "nothing-of-that-name"]])
def test_what_is_not_meant_is_exit_code_2(words: list[str]) -> None:
    errors = io.StringIO()
    assert run(["models", *words], errors) == 2
    assert len(errors.getvalue().splitlines()) == 2
