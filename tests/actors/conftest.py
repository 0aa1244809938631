"""The drawn pack, made once for all scenes that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.face_pack import FacePack
from actors.portrait.pack import ensure_sketch_pack


@pytest.fixture(scope="session")
def drawn_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_sketch_pack(tmp_path_factory.mktemp("faces"))


@pytest.fixture(scope="session")
def drawn(drawn_folder: Path) -> FacePack:
    return FacePack.read(drawn_folder)
