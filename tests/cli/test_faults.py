"""Scenes of faults on the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.faults import tell_faults
from topology.fault import Fault

ERROR = Fault(file="p.toml", line=3, what="no such key", todo="take it out")
WARNING = Fault(file="p.toml", line=4, what="nobody takes it", warning=True)


def test_every_fault_is_told_and_the_errors_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert not tell_faults(Path("p.toml"), [ERROR, WARNING], as_json=False)
    assert capsys.readouterr().err.splitlines() == [
        "p.toml:3: error: no such key", "    take it out", "p.toml:4: warning: nobody takes it", "p.toml: 1 error",
    ]  # fmt: skip


def test_a_plan_with_warnings_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_faults(Path("p.toml"), [WARNING], as_json=False)
    assert "error" not in capsys.readouterr().err


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert not tell_faults(Path("p.toml"), [ERROR], as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["faults"][0]["line"]) == (False, 3)
