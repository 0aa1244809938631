"""Scenes of the contract, on each engine of cam-out; the camera on a backend that is registered with pyvirtualcam."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from actors.cam_out.actor import CamOut
from actors.cam_out.picture import Pixels
from tests.actors.cam_out.contract import SCENES, Candidate


class Device:
    """A camera of the system that takes everything."""

    def __init__(self, **_asked: object) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def send(self, frame: Pixels) -> None:
        assert self.is_open

    def device(self) -> str:
        return "Test Camera"

    def native_fourcc(self) -> None:
        return None


@pytest.fixture(params=tuple(CamOut.engines))
def candidate(request: pytest.FixtureRequest, tmp_path: Path) -> Candidate:
    settings: dict[str, dict[str, object]] = {"file": {"record": str(tmp_path)}, "camera": {"backend": "contract"}}
    if request.param == "camera":
        library = pytest.importorskip("pyvirtualcam", reason="needs the extra: uv sync --extra camera")
        library.register_backend("contract", Device)
    return Candidate(request.param, settings.get(request.param, {}))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_contract(scene: Callable[[Candidate], Coroutine[object, object, None]], candidate: Candidate) -> None:
    asyncio.run(scene(candidate))
