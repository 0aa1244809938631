"""Needs of the engines of this house."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Wrong
from topology.needs import need_named, needs


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))


def test_every_model_that_can_be_pulled_says_what_it_is_and_under_which_licence() -> None:
    found = list(needs())
    assert found
    for need in found:
        assert not need.is_here
        assert need.weights.licence
        assert need.weights.source.endswith("/")
        assert f"missing: avatar models pull {need.weights.name}" in need.line()


def test_a_model_is_found_by_its_name_and_one_that_is_none_is_said() -> None:
    name = next(needs()).weights.name
    assert need_named(name).weights.name == name
    with pytest.raises(Wrong, match='no model "large" to pull'):
        need_named("large")
