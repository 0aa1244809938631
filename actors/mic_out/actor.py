"""Mic-out: the avatar's microphone and the call's master clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from actors.causes import Causes
from actors.mic_out.audience import Audience
from actors.mic_out.engine import Speaker
from actors.mic_out.playout import Heard, Playout
from actors.mic_out.sounding import sounding
from actors.progress import Progress
from bus.actor import Actor
from bus.clock import now_ns
from bus.emit import Emit
from bus.errors import AvatarError
from bus.messages import Cut, HeardSound, Pause, Played, PlayedEnvelope, Resume, SoundClock, SoundSlice

log = logging.getLogger(__name__)


class MicOut(Actor):
    """Slices in, sound out. It tells to the sample what was really heard."""

    engines: ClassVar[Mapping[str, str]] = {
        "file": "actors.mic_out.sound_file:FileSpeaker",
        "device": "actors.mic_out.device:DeviceSpeaker",
        "web": "actors.mic_out.page:PageSpeaker",
        "fake": "actors.mic_out.fake:FakeSpeaker",
    }
    auto: ClassVar[tuple[str, ...]] = ("device", "web")

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self._playout = Playout()
        self._audience, self._causes = Audience(speaker), Causes[Played | SoundClock]()
        self._played: asyncio.Queue[Heard] = asyncio.Queue(maxsize=256)
        self._progress, self._wake = Progress(self.unit), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def activate(self) -> None:
        """Takes the device."""
        await self.speaker.open()

    async def stop(self) -> None:
        await self.speaker.close()

    async def on_slice(self, slice: SoundSlice, emit: Emit[Played | SoundClock]) -> None:
        """The next 20 ms of a reply."""
        self._causes.remember(emit)
        pcm = np.frombuffer(slice.payload, "<i2")
        self._progress.hold(emit.cause, slice.position + pcm.size)
        self._playout.add(emit.cause.turn, emit.cause.gen, slice.position, pcm, slice.at_ns, last=slice.last)
        self._progress.keep_up(self._playout.heard())

    async def on_pause(self, pause: Pause) -> None:
        """The person may be speaking: hold."""
        self._playout.pause(now_ns())
        self._wake.set()

    async def on_resume(self, resume: Resume) -> None:
        """It was nothing: go on."""
        self._playout.resume(now_ns())
        self._wake.set()

    async def on_cut(self, cut: Cut) -> None:
        """Barge-in: what is old is never heard."""
        self._playout.cut(cut.below_gen, now_ns())
        self._wake.set()

    async def run(self, emit: Emit[HeardSound | PlayedEnvelope]) -> None:
        """Plays, and publishes what was played."""
        self._loop = asyncio.get_running_loop()
        try:
            async with sounding(self.speaker, self._pull, self._playout, self._progress) as tasks:
                tasks.create_task(self._publish(emit))
                tasks.create_task(self._publish_played())
        except* AvatarError as group:
            raise group.exceptions[0] from None

    def _pull(self, samples: int, at_ns: int) -> NDArray[np.int16]:
        """Runs in the speaker's thread."""
        pcm = self._playout.pull(samples, at_ns)
        news = self._audience.hear(at_ns, pcm) or self._playout.has_news
        if self._loop is not None and news:
            self._loop.call_soon_threadsafe(self._wake.set)
        return pcm

    async def _publish(self, emit: Emit[HeardSound | PlayedEnvelope]) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._progress.keep_up(self._playout.heard())
            for heard in self._playout.reports():
                if isinstance(heard.message, SoundClock):
                    await self._causes.send(heard.message, heard.turn, heard.gen, index=heard.index)
                elif not self._played.full():
                    self._played.put_nowait(heard)
                else:
                    log.warning("played dropped event=%s: nobody takes them", heard.message.event)
            for message in self._audience.messages():
                await emit(message)

    async def _publish_played(self) -> None:
        """On its own: a turn-manager that takes nothing must not hold the clock."""
        while True:
            heard = await self._played.get()
            if isinstance(heard.message, Played) and heard.message.event in ("done", "cut"):
                self._progress.close(heard.turn, heard.gen)
            await self._causes.send(heard.message, heard.turn, heard.gen, index=heard.index)
