"""Conftest of remote: sessions in a folder of the scene's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.remote.pretended import PretendedCall, pretended_call


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def call(home: Path) -> Iterator[PretendedCall]:
    assert not home.exists()
    with pretended_call() as call:
        yield call
