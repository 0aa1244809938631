"""Scenes of an actor with a Python of its own whose engine is still to be chosen."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from bus.errors import Broken
from topology.choice import settle
from topology.plan import LOCAL, Placement, Plan, Session


def plan_of(python: str) -> Plan:
    asr = Placement(actor="asr", engine="auto", python=python)
    return Plan(file="/plan.toml", session=Session(name="plan"), actors={"asr": asr})


def test_its_engine_is_chosen_by_the_packages_of_that_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "faster_whisper").mkdir()
    (tmp_path / "faster_whisper" / "__init__.py").touch()
    here = Path(sys.executable)
    python = f"{here.parent}/./{here.name}"
    plan = plan_of(python)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # of that Python alone: this one has started
    chosen = settle(plan, LOCAL).actors["asr"]
    assert chosen.python == python
    assert chosen.engine in ("whisper", "pocketsphinx")
    assert "faster_whisper is not installed" not in chosen.picked
    assert settle(plan, LOCAL, before=msgspec.structs.replace(plan, actors={"asr": chosen})).actors["asr"] == chosen


def test_a_python_that_cannot_say_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="cannot say which engine asr would have there") as failed:
        settle(plan_of(str(tmp_path / "python")), LOCAL)
    assert "avatar must be importable there" in failed.value.todo
