"""Pulled models: what is kept of them, and what is found out by it. See test_pulling.py for whole pulls."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from actors.weights import WeightFile, Weights
from remote.pulled import Content, digest, note_pulled, spoilt


def test_what_is_noted_of_a_file_is_what_it_must_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))
    weights = Weights(name="tiny", files=(WeightFile("a"), WeightFile("b")), source="/", page="", licence="MIT")
    weights.folder.mkdir()
    for name in ("a", "b"):
        (weights.folder / name).write_bytes(name.encode())
        note_pulled(weights, name, digest(weights.folder / name))
    assert digest(weights.folder / "a") == Content(1, hashlib.sha256(b"a").hexdigest())
    assert spoilt(weights) == []
    (weights.folder / "b").write_bytes(b"c")
    assert spoilt(weights) == ["b"]
