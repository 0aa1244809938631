"""Tiny models of MuseTalk and a face pack for them, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.face_pack import Box, FacePack
from actors.filmed.pack import prepare
from tests.actors.face.musetalk.tiny import make_models
from tests.actors.filmed.someone import film


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for package in ("torch", "diffusers", "transformers"):
        pytest.importorskip(package, reason="needs the extra: uv sync --extra musetalk")
    return make_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def filmed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of three frames: a loop of four."""
    folder = tmp_path_factory.mktemp("filmed")
    return prepare(film(folder / "me.mp4", 3), folder, box=Box(520, 190, 240, 290))


@pytest.fixture(scope="session")
def filmed(filmed_folder: Path) -> FacePack:
    return FacePack.read(filmed_folder)
