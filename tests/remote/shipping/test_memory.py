"""Scenes of what is remembered of other hosts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from remote.shipping.memory import KEEP, Landed, Landings

LANDED = Landed("/venv/bin/python", "/code", {"abc": "/trees/abc"}, (1_234, 1_235))


def test_only_what_was_landed_for_the_very_same_is_recalled(tmp_path: Path) -> None:
    landings = Landings(tmp_path / "home" / "landings.json")
    landings.keep("demo gpu", "order", LANDED)
    assert landings.recall("demo gpu", "order") == LANDED
    assert landings.recall("demo gpu", "another order") is None
    assert landings.recall("demo other", "order") is None


def test_what_was_of_no_use_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    landings = Landings(tmp_path / "landings.json")
    landings.keep("demo gpu", "order", LANDED)
    landings.keep("demo other", "order", LANDED)
    landings.forget("demo gpu")
    assert landings.recall("demo gpu", "order") is None
    assert landings.recall("demo other", "order") == LANDED


def test_nothing_is_believed_for_longer_than_a_day(tmp_path: Path) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    file = tmp_path / "landings.json"
    Landings(file, lambda: at).keep("demo gpu", "order", LANDED)
    assert Landings(file, lambda: at + KEEP * 0.99).recall("demo gpu", "order") == LANDED
    assert Landings(file, lambda: at + KEEP).recall("demo gpu", "order") is None


def test_a_damaged_memory_is_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "landings.json"
    file.write_text("{")
    landings = Landings(file)
    assert landings.recall("demo gpu", "order") is None
    landings.keep("demo gpu", "order", LANDED)
    assert landings.recall("demo gpu", "order") == LANDED
