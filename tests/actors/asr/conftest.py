"""Model that many scenes load: made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actors.asr import tiny_whisper


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper", reason="needs the extra: uv sync --extra whisper")
    return tiny_whisper.make(tmp_path_factory.mktemp("whisper") / "tiny")
