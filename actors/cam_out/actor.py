"""Cam-out: the avatar's camera. It never stops: with everybody else dead it still shows a living face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import msgspec

from actors.cam_out.composer import Composer
from actors.cam_out.engine import Camera
from actors.cam_out.evenness import Evenness
from actors.cam_out.pack import read_pack
from actors.cam_out.picture import Picture
from actors.cam_out.stage import FRAME_NS, Shot, Stage
from actors.face_pack import FPS, HEIGHT, WIDTH
from bus.actor import Actor
from bus.clock import MS, now_ns, sleep_until
from bus.emit import Emit
from bus.messages import CameraHealth, CameraPicture, Cut, FaceFrame, Pause, Shown, SoundClock
from bus.off_loop import OffLoop

PREPARE_NS = 10 * MS
"""A picture is begun so long before its time: composing one takes 5 ms."""


class CamOutSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose face it is."""

    pack: Annotated[str, msgspec.Meta(extra={"path": "input"})] = ""
    """Folder of a face pack; empty: the face that is drawn by code."""


class CamOut(Actor):
    """Mouths and the master clock in, an even stream of pictures out."""

    engines: ClassVar[Mapping[str, str]] = {
        "file": "actors.cam_out.film:FilmCamera",
        "camera": "actors.cam_out.camera:VirtualCamera",
        "web": "actors.cam_out.page:PageCamera",
        "fake": "actors.cam_out.fake:FakeCamera",
    }
    auto: ClassVar[tuple[str, ...]] = ("camera", "web")
    Settings = CamOutSettings

    def __init__(self, camera: Camera, settings: CamOutSettings) -> None:
        self.camera = camera
        self.settings = settings
        self.stage = Stage(1)
        self._composer: Composer | None = None
        self._off_loop = OffLoop("compose")
        self._evenness = Evenness()

    async def start(self) -> None:
        """Reads the face pack, drawing it first where that was never done."""
        pack = await self._off_loop.run(read_pack, self.settings.pack)
        self.stage, self._composer = Stage(pack.frames), Composer(pack)

    async def activate(self) -> None:
        """Takes the device."""
        await self.camera.open(WIDTH, HEIGHT, FPS)

    async def stop(self) -> None:
        """Gives the device back."""
        await self.camera.close()
        self._off_loop.close()

    async def on_frame(self, frame: FaceFrame, emit: Emit[Shown]) -> None:
        """A mouth for later."""
        self.stage.mouth(emit.cause.turn, emit.cause.gen, frame)

    async def on_clock(self, clock: SoundClock, emit: Emit[Shown]) -> None:
        """What is heard."""
        self.stage.clock(emit.cause.turn, emit.cause.gen, clock)

    async def on_pause(self, pause: Pause) -> None:
        """The mouth comes to rest; the clock wakes it again."""
        self.stage.pause(now_ns())

    async def on_cut(self, cut: Cut) -> None:
        """Barge-in: no mouth of an old generation is shown any more."""
        self.stage.cut(cut.below_gen)

    async def run(self, emit: Emit[CameraPicture | Shown | CameraHealth]) -> None:
        """Shows 25 pictures a second on a grid of absolute times; a stall skips what it missed."""
        tick = now_ns() // FRAME_NS
        while True:
            tick = max(tick + 1, now_ns() // FRAME_NS)
            at_ns = tick * FRAME_NS
            await sleep_until(at_ns - PREPARE_NS)
            shot = self.stage.shot(at_ns)
            picture = await self._compose(shot)
            await sleep_until(at_ns)
            self.camera.show(picture, at_ns)
            if health := self._evenness.shown(now_ns(), self.camera.trouble):
                await emit(health)
            if self.camera.on_page:
                await emit(CameraPicture(at_ns=at_ns, speaking=picture.speaking, payload=picture.jpeg))
            if shot.fresh and shot.mouth is not None:
                turn, gen = shot.key
                await emit(Shown(position=shot.mouth.position, at_ns=at_ns), turn=turn, gen=gen)

    async def _compose(self, shot: Shot) -> Picture:
        """The picture of a shot; made off the loop unless it costs nothing."""
        assert self._composer is not None, "start() comes first"
        if not shot.strength and not shot.mix:
            return self._composer.compose(shot)
        return await self._off_loop.run(self._draw, self._composer, shot)

    def _draw(self, composer: Composer, shot: Shot) -> Picture:
        picture = composer.compose(shot)
        if self.camera.on_page:
            _ = picture.jpeg  # encoded here, in the worker thread
        return picture
