"""Scenes of `avatar new`: what it says. What it writes is tried in test_scaffold."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import run


def test_the_new_files_and_the_next_steps_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "actors").mkdir()
    (tmp_path / "tests" / "actors").mkdir(parents=True)
    assert run(["new", "lip-reader", "--root", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1] == "actors/lip_reader/actor.py"
    assert "Next: 1. pytest tests/actors/lip_reader -q" in said
    assert "add [actors.lip-reader] to a plan" in said


def test_a_name_that_is_taken_is_refused_in_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "vad"]) == 2
    said = capsys.readouterr().err
    assert said.splitlines()[0] == "avatar: there is an actor vad already"
