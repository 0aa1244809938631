"""Scenes of the contract, on each engine of cam-out; the camera on a backend that is registered with pyvirtualcam."""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import Callable, Coroutine
from itertools import pairwise
from pathlib import Path

import av
import pytest

from actors.cam_out import actor as shell
from actors.cam_out import camera, film
from actors.cam_out.actor import CamOut
from actors.cam_out.engine import Camera
from actors.cam_out.fake import FakeCamera
from actors.cam_out.film import FilmPart
from actors.cam_out.picture import Pixels
from tests.actors.cam_out import contract
from tests.actors.cam_out.contract import SCENES, Candidate
from tests.actors.cam_out.fake_pack import FakePack
from tests.actors.cases import cases

NOT_FOR = {
    (
        contract.what_is_seen_is_what_was_shown_in_its_order,
        "web",
    ): "its pictures are the shell's to send: test_actor.py",
    (contract.one_that_hangs_never_blocks_and_what_it_misses_is_counted, "web"): "it gives nothing away by itself",
    (contract.one_that_hangs_never_blocks_and_what_it_misses_is_counted, "fake"): "a list",
    (contract.one_that_fails_tells_what_is_wrong_and_the_call_goes_on, "web"): "it gives nothing away by itself",
    (contract.one_that_fails_tells_what_is_wrong_and_the_call_goes_on, "fake"): "a list",
}


class Fate:
    """What befalls the device or the disk."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.broken = False
        self.levels: list[int] = []

    def meet(self) -> None:
        self.free.wait(20)
        if self.broken:
            raise OSError(errno.ENOSPC, "No space left on device")

    def fail(self) -> None:
        self.broken = True

    def mend(self) -> None:
        self.broken = False
        self.free.set()


def device(fate: Fate) -> type:
    """A camera of the system that takes everything, if its fate lets it."""

    class Device:
        def __init__(self, **_asked: object) -> None:
            self.is_open = True

        def close(self) -> None:
            self.is_open = False

        def send(self, frame: Pixels) -> None:
            assert self.is_open
            fate.meet()
            fate.levels.append(int(frame[0]))

        def device(self) -> str:
            return "Test Camera"

        def native_fourcc(self) -> None:
            return None

    return Device


@pytest.fixture
def candidate(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Candidate:
    fate = Fate()
    monkeypatch.setattr(shell, "read_pack", lambda _folder: FakePack())
    monkeypatch.setattr(shell, "WIDTH", 64)
    monkeypatch.setattr(shell, "HEIGHT", 36)
    for module in (camera, film):
        monkeypatch.setattr(module, "CLOSE_S", 0.05 if "hangs" in request.node.name else 20.0)
    if request.param == "camera":
        library = pytest.importorskip("pyvirtualcam", reason="needs the extra: uv sync --extra camera")
        library.register_backend("contract", device(fate))
        told: dict[str, object] = {"backend": "contract"}
        return Candidate("camera", told, fate.fail, fate.free.clear, fate.mend, lambda _: once(fate.levels))
    if request.param == "file":
        write = FilmPart.write

        def written(part: FilmPart, *what: object) -> None:
            fate.meet()
            write(part, *what)  # type: ignore[arg-type]

        monkeypatch.setattr(FilmPart, "write", written)
        folder = tmp_path / "фільм 🎥"
        told = {"record": str(folder)}
        return Candidate("file", told, fate.fail, fate.free.clear, fate.mend, lambda _: filmed(folder))
    return Candidate(request.param, {}, fate.fail, fate.free.clear, fate.mend, shown)


def once(levels: list[int]) -> list[int]:
    return levels[:1] + [later for sooner, later in pairwise(levels) if later != sooner]


def shown(fake: Camera) -> list[int]:
    assert isinstance(fake, FakeCamera)
    return [int(picture.bgr[0, 0, 0]) for _, picture in fake.shown]


def filmed(folder: Path) -> list[int]:
    levels: list[int] = []
    for part in sorted((folder / "parts").glob("*.mkv")):
        with av.open(str(part)) as film:
            levels += [int(frame.to_ndarray(format="bgr24")[9, 9, 0]) for frame in film.decode(video=0)]
    return levels


@pytest.mark.parametrize(("candidate", "scene"), cases(CamOut.engines, SCENES, NOT_FOR), indirect=["candidate"])
def test_contract(scene: Callable[[Candidate], Coroutine[object, object, None]], candidate: Candidate) -> None:
    asyncio.run(scene(candidate))
