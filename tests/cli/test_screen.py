"""Scenes of the screen."""

from __future__ import annotations

import sys

import pytest

from cli.screen import show


def test_in_a_pipe_looks_stand_one_below_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    show(["a", "b"], again=True)
    show(["c"], again=False)
    assert capsys.readouterr().out == "a\nb\n\nc\n"


def test_on_a_terminal_a_look_takes_the_place_of_the_last(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show(["a", "b"], again=True)
    assert capsys.readouterr().out == "\x1b[Ha\x1b[K\nb\x1b[K\n\x1b[J"
