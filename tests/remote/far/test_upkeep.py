"""Scenes of upkeep: what a call uses on another host stays young there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from remote.far.upkeep import kept_folder, touch_used
from tests.remote.doubles import plan


def old(folder: Path) -> Path:
    folder.mkdir(parents=True)
    os.utime(folder, (1_000, 1_000))
    return folder


def test_code_environment_and_input_files_are_touched_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, env, model = (tmp_path / name for name in ("trees/c0de/code", "envs/e4f/.venv", "trees/f11e"))
    kept = [old(path) for path in (tmp_path / "trees" / "c0de", tmp_path / "envs" / "e4f", model)]
    other = old(tmp_path / "trees" / "0ld")
    for path in (code, env):
        path.mkdir()
    monkeypatch.chdir(code)
    monkeypatch.setattr(sys, "prefix", str(env))
    for path in kept:
        os.utime(path, (1_000, 1_000))
    touch_used(plan(tmp_path, record=str(model / "model.onnx")), "local")
    assert all(path.stat().st_mtime > 1_000 for path in kept)
    assert other.stat().st_mtime == 1_000


def test_what_was_not_brought_is_left_alone(tmp_path: Path) -> None:
    assert kept_folder(tmp_path / "models" / "large.onnx") is None
