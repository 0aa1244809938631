"""Scenes of `avatar doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import run
from remote import checkup
from remote.finding import Finding

FINE = Finding(subject="disk", verdict="ok", what="plenty")
ODD = Finding(subject="camera", verdict="warn", what="none", todo="install one")
BAD = Finding(subject="espeak-ng", verdict="fail", what="does not load", todo="install it again")


def found(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    def stand_in(_: Path) -> Iterator[Finding]:
        yield from findings

    monkeypatch.setattr(checkup, "checkup", stand_in)


def test_a_warning_is_told_with_its_advice_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found(monkeypatch, FINE, ODD)
    assert run(["doctor"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["ok", "disk", "plenty"],
        ["warn", "camera", "none"],
        ["install", "one"],
    ]


def test_a_failure_is_exit_code_1_also_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found(monkeypatch, BAD)
    assert run(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "fail"
