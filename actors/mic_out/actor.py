"""Mic-out: the avatar's microphone and the call's master clock."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from actors.mic_out.engine import Speaker
from actors.mic_out.playout import Heard, Playout, nanoseconds
from bus.actor import Actor
from bus.clock import now_ns
from bus.emit import Emit
from bus.errors import AvatarError
from bus.messages import SLICE_SAMPLES, Cut, HeardSound, Pause, Played, Resume, SoundClock, SoundSlice

log = logging.getLogger(__name__)

Out = Emit[Played | SoundClock | HeardSound]


class MicOut(Actor):
    """Slices in, sound out. It tells to the sample what was really heard."""

    engines: ClassVar[Mapping[str, str]] = {
        "file": "actors.mic_out.sound_file:FileSpeaker",
        "web": "actors.mic_out.page:PageSpeaker",
        "fake": "actors.mic_out.fake:FakeSpeaker",
    }

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self._playout = Playout()
        self._pulled: deque[tuple[int, NDArray[np.int16]]] = deque(maxlen=100)
        self._half: tuple[int, NDArray[np.int16]] | None = None
        self._played: asyncio.Queue[Heard] = asyncio.Queue(maxsize=256)
        self._opening: dict[tuple[int, int], Out] = {}
        """The way out that carries the trace of a reply's first slice: its start is reported through it."""
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def activate(self) -> None:
        """Takes the device."""
        await self.speaker.open()

    async def stop(self) -> None:
        """Gives the device back."""
        await self.speaker.close()

    async def on_slice(self, slice: SoundSlice, emit: Emit[Played | SoundClock | HeardSound]) -> None:
        """The next 20 ms of a reply."""
        pcm = np.frombuffer(slice.payload, "<i2")
        cause = emit.cause
        if slice.position == 0:
            self._opening = {(cause.turn, cause.gen): emit}
        self._playout.add(cause.turn, cause.gen, slice.position, pcm, slice.at_ns, last=slice.last, t0=cause.t0)

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

    async def run(self, emit: Emit[Played | SoundClock | HeardSound]) -> None:
        """Plays, and publishes what was played."""
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.speaker.play(self._pull))
                tasks.create_task(self._publish(emit))
                tasks.create_task(self._publish_played(emit))
        except* AvatarError as group:
            raise group.exceptions[0] from None

    def _pull(self, samples: int, at_ns: int) -> NDArray[np.int16]:
        """Runs in the speaker's thread."""
        pcm = self._playout.pull(samples, at_ns)
        if self.speaker.audible_on_page:
            self._pulled.append((at_ns, pcm))
        if self._loop is not None and (self.speaker.audible_on_page or self._playout.has_reports):
            self._loop.call_soon_threadsafe(self._wake.set)
        return pcm

    async def _publish(self, emit: Out) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            for heard in self._playout.reports():
                if isinstance(heard.message, SoundClock):
                    await emit(heard.message, turn=heard.turn, gen=heard.gen, t0=heard.t0)
                elif not self._played.full():
                    self._played.put_nowait(heard)
                else:
                    log.warning("played dropped event=%s: nobody takes them", heard.message.event)
            await self._publish_sound(emit)

    async def _publish_played(self, emit: Out) -> None:
        """On its own: a turn-manager that takes nothing must not hold the clock."""
        while True:
            heard = await self._played.get()
            started = isinstance(heard.message, Played) and heard.message.event == "started"
            out = self._opening.pop((heard.turn, heard.gen), emit) if started else emit
            await out(heard.message, turn=heard.turn, gen=heard.gen, t0=heard.t0)

    async def _publish_sound(self, emit: Out) -> None:
        """Joins what was pulled to messages of 20 ms."""
        while self._pulled:
            at_ns, pcm = self._pulled.popleft()
            if self._half is not None:
                begun_ns, first = self._half
                if begun_ns + nanoseconds(first.size) == at_ns:
                    at_ns, pcm = begun_ns, np.concatenate([first, pcm])
                self._half = None
            if pcm.size < SLICE_SAMPLES:
                self._half = (at_ns, pcm)
            else:
                await emit(HeardSound(at_ns=at_ns, payload=pcm.astype("<i2", copy=False).tobytes()))
