"""Cam-out as an actor, for a moment of real time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from actors.cam_out import actor as module
from actors.cam_out.actor import CamOut
from actors.cam_out.fake import FakeCamera
from actors.cam_out.picture import Picture
from actors.cam_out.stage import FRAME_NS
from bus.clock import now_ns
from bus.messages import CameraPicture, Cut, FaceFrame, Pause, Shown, SoundClock
from bus.rehearsal import Rehearsal
from tests.actors.cam_out.fake_pack import FakePack, crop


class Watched(FakeCamera):
    """Tells when enough was shown."""

    def __init__(self, pictures: int, *, on_page: bool = False) -> None:
        super().__init__(self.Settings(on_page=on_page))
        self.enough = asyncio.Event()
        self._pictures = pictures

    def show(self, picture: Picture, at_ns: int) -> None:
        super().show(picture, at_ns)
        if len(self.shown) >= self._pictures:
            self.enough.set()


@pytest.fixture(autouse=True)
def pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_pack", lambda folder: FakePack())


def test_with_nobody_else_alive_it_shows_the_living_face_on_the_grid() -> None:
    async def scene() -> None:
        camera = Watched(4)
        async with Rehearsal(CamOut(camera, CamOut.Settings())) as call:
            await camera.enough.wait()
            assert not call.of(CameraPicture)
        times = [at for at, _ in camera.shown]
        assert {at % FRAME_NS for at in times} == {0}
        assert times == sorted(set(times))
        assert not any(picture.speaking for _, picture in camera.shown)
        assert not camera.is_open

    asyncio.run(scene())


def test_what_is_shown_of_a_reply_is_told_with_its_turn() -> None:
    async def scene() -> None:
        camera = Watched(5, on_page=True)
        async with Rehearsal(CamOut(camera, CamOut.Settings())) as call:
            begun = now_ns()
            frames = [FaceFrame(position=i * 1920, at_ns=begun + i * FRAME_NS, payload=crop(9 * i)) for i in range(25)]
            await call.send(*frames, SoundClock(position=0, at_ns=begun, running=True), turn=2, gen=3)
            await camera.enough.wait()
            await asyncio.sleep(0)
            shown = [s for s in call.sent if isinstance(s.message, Shown)]
            assert len(shown) >= 3
            assert {(s.turn, s.gen) for s in shown} == {(2, 3)}
            for message in (s.message for s in shown):
                assert isinstance(message, Shown)
                heard_ns = begun + message.position * FRAME_NS // 1920
                assert abs(message.at_ns - heard_ns) <= FRAME_NS // 2 + 1
            pictures = call.of(CameraPicture)
            assert all(p.payload[:2] == b"\xff\xd8" for p in pictures)
            assert any(p.speaking for p in pictures)

    asyncio.run(scene())


def test_pause_and_cut_reach_the_stage() -> None:
    async def scene() -> None:
        camera = Watched(4)
        async with Rehearsal(CamOut(camera, CamOut.Settings())) as call:
            await call.send(FaceFrame(position=0, at_ns=now_ns(), payload=crop(1)), Pause(onset_ns=0), Cut(below_gen=2))
            await camera.enough.wait()
            assert not call.of(Shown)

    asyncio.run(scene())


def test_every_engine_is_built_from_a_plan(tmp_path: Path) -> None:
    for engine in CamOut.engines:
        assert isinstance(CamOut.build(engine, {"pack": str(tmp_path)}), CamOut)
