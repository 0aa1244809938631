"""Device microphone: what a sound device records, such as the cable that Zoom plays into.

Each sample carries the time at which the device says that it was captured. A device that goes away is taken again when it is
back; silence comes in its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from actors.envelope import unpacked
from actors.readiness import Readiness
from actors.sound_device import readiness
from actors.sound_line import SoundLine
from actors.vad.echo_guard import EchoGuard
from actors.vad.echo_report import EchoReport
from actors.vad.engine import RATE_HZ, Sound
from actors.vad.page import Page, PageSettings
from bus.clock import SECOND, now_ns
from bus.messages import Echo, PlayedEnvelope
from bus.tally import Tally

LATENCY_S = 0.04


class DeviceMicrophoneSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which device it is."""

    device: str = ""
    """Its exact name, or "NAME, HOST API", such as "CABLE Output (VB-Audio Virtual Cable), Windows WASAPI". Empty: a
    virtual cable that is known by name, else the system's own. Not the cable that mic-out plays into: the avatar would
    hear itself."""
    echo_guard: bool = True
    """Take what the microphone hears of the avatar's own loudspeaker for silence. It hears nothing of it with headphones or
    through a cable, and then does nothing."""


class Ear:
    """What the device's thread calls: its sound, in our rate and mono, goes to `loop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sound: Page, rate_hz: int, channels: int) -> None:
        self.alive_ns = now_ns()
        self.lost = 0
        self._loop = loop
        self._sound = sound
        self._rate_hz = rate_hz
        self._channels = channels
        self._taken = self._made = 0
        self._resampler: Any = None
        if rate_hz != RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="int16")

    def __call__(self, data: Any, frames: int, time: Any, status: Any) -> None:
        """PortAudio's callback. The first frame was captured at the ADC time, which is told on the stream's own clock."""
        self.alive_ns = now_ns()
        if status and status.input_overflow:
            self.lost += 1
        ago_s = (
            max(0.0, time.currentTime - time.inputBufferAdcTime) if time.inputBufferAdcTime else frames / self._rate_hz
        )
        at_ns = self.alive_ns - int(ago_s * SECOND)
        pcm = np.frombuffer(data, dtype=np.int16).reshape(frames, self._channels)
        # A copy either way: the device's thread takes its buffer back.
        mono = pcm[:, 0].copy() if self._channels == 1 else pcm.mean(axis=1).astype(np.int16)
        if self._resampler is not None:
            at_ns -= self._taken * SECOND // self._rate_hz - self._made * SECOND // RATE_HZ
            self._taken += frames
            mono = self._resampler.resample_chunk(mono)
            self._made += mono.size
        if mono.size:
            self._loop.call_soon_threadsafe(self._sound.hand_over, mono, at_ns)


class DeviceMicrophone:
    """Turns what a device records into windows, without what it hears of the avatar's own loudspeaker."""

    Settings: ClassVar = DeviceMicrophoneSettings

    def __init__(self, settings: DeviceMicrophoneSettings) -> None:
        self.settings = settings
        self._sound = Page(PageSettings())
        self._line = SoundLine(settings.device, "input", RATE_HZ, LATENCY_S, self._ear)
        self._holding: asyncio.Task[None] | None = None
        self._guard = EchoGuard() if settings.echo_guard else None
        self._report = EchoReport()

    @classmethod
    def ready(cls, settings: DeviceMicrophoneSettings) -> Readiness:
        """Whether the device is here now."""
        return readiness(settings.device, "input")

    def count_in(self, tally: Tally) -> None:
        """Counts what the device loses there."""
        self._line.count_in(tally)

    async def open(self) -> None:
        """Looks for the device. Raises Wrong with the names that there are, Fatal without PortAudio."""
        await self._line.open()
        await self._sound.open()
        self._loop = asyncio.get_running_loop()
        self._holding = asyncio.create_task(self._line.hold(_silence))

    def resume(self, began_ns: int, from_ns: int) -> None:
        """A device goes on by itself."""

    async def windows(self) -> AsyncIterator[Sound]:
        """Yields windows as they fill; silence in real time while the device is away. Never ends."""
        async for sound in self._sound.windows():
            if self._holding is not None and self._holding.done():
                self._holding.result()
            for heard in self._guard.hear(sound) if self._guard else (sound,):
                yield heard

    def played(self, envelope: PlayedEnvelope) -> None:
        """What the loudspeaker plays, a little ahead."""
        if self._guard:
            self._guard.played(envelope.at_ns, unpacked(envelope.payload))

    def echo(self, now_ns: int) -> Echo | None:
        """What is new of the echo; None where nothing is."""
        return self._report.news(self._guard, now_ns) if self._guard else None

    def expect(self, echo: Echo) -> None:
        """Told before `open`, after a restart: what was known of the echo."""
        if self._guard:
            self._report.resume(self._guard, echo)

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
        holding, self._holding = self._holding, None
        if holding is not None:
            holding.cancel()
            await asyncio.wait([holding])
        await self._line.close()
        await self._sound.close()

    def _ear(self, rate_hz: int, channels: int) -> Ear:
        return Ear(self._loop, self._sound, rate_hz, channels)


async def _silence() -> None:
    """While nothing comes the page's sound is silent by itself."""
