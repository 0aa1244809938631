"""Device microphone: what a sound device records, such as the cable that Zoom plays into.

Each sample carries the time at which the device says that it was captured. A device that goes away is taken again when it is
back; silence comes in its place.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from actors.readiness import Readiness, lacks
from actors.sound_device import extra_settings, look_for, portaudio, rate_for, refresh, taken
from actors.vad.engine import RATE_HZ, Sound
from actors.vad.page import Page, PageSettings
from bus.clock import SECOND, now_ns
from bus.errors import AvatarError

log = logging.getLogger(__name__)

SILENT_NS = SECOND
LATENCY_S = 0.04
LOOK_S = 0.1
AGAIN_S = 0.5


class DeviceMicrophoneSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which device it is."""

    device: str = ""
    """Its exact name, or "NAME, HOST API", such as "CABLE Output (VB-Audio Virtual Cable), Windows WASAPI". Empty: the
    system's own. Not the cable that mic-out plays into: the avatar would hear itself."""


class Ear:
    """What the device's thread calls: its sound, in our rate and mono, goes to `loop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sound: Page, rate_hz: int, channels: int) -> None:
        self.heard_ns = now_ns()
        """When something came last."""
        self.overflows = 0
        self._loop = loop
        self._sound = sound
        self._rate_hz = rate_hz
        self._channels = channels
        self._resampler: Any = None
        if rate_hz != RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="int16")

    def __call__(self, data: Any, frames: int, time: Any, status: Any) -> None:
        """PortAudio's callback. The first frame was captured at the ADC time, which is told on the stream's own clock."""
        self.heard_ns = now_ns()
        if status and status.input_overflow:
            self.overflows += 1
        ago_s = (
            max(0.0, time.currentTime - time.inputBufferAdcTime) if time.inputBufferAdcTime else frames / self._rate_hz
        )
        pcm = np.frombuffer(bytes(data), dtype=np.int16).reshape(frames, self._channels)
        mono = pcm[:, 0] if self._channels == 1 else pcm.mean(axis=1).astype(np.int16)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono)
        if mono.size:
            self._loop.call_soon_threadsafe(self._sound.hand_over, mono, self.heard_ns - int(ago_s * SECOND))


class DeviceMicrophone:
    """Turns what a device records into windows."""

    Settings: ClassVar = DeviceMicrophoneSettings

    def __init__(self, settings: DeviceMicrophoneSettings) -> None:
        self.settings = settings
        self._sound = Page(PageSettings())
        self._library: Any = None
        self._stream: Any = None
        self._holding: asyncio.Task[None] | None = None

    @classmethod
    def ready(cls, settings: DeviceMicrophoneSettings) -> Readiness:
        """Whether the library is here; its devices are looked at when it starts."""
        return lacks("sounddevice", "device") or Readiness(ok=True, why=settings.device or "the system's sound input")

    async def open(self) -> None:
        """Looks for the device. Raises Wrong with the names that there are, Fatal without PortAudio."""
        self._library = portaudio()
        device = look_for(self._library, self.settings.device, "input")
        log.info("sound input found host_api=%s channels=%d", device.host_api, device.channels)
        await self._sound.open()
        self._holding = asyncio.create_task(self._hold())

    def resume(self, began_ns: int, from_ns: int) -> None:
        """A device goes on by itself."""

    async def windows(self) -> AsyncIterator[Sound]:
        """Yields windows as they fill; silence in real time while the device is away. Never ends."""
        async for sound in self._sound.windows():
            if self._holding is not None and self._holding.done():
                self._holding.result()
            yield sound

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
        holding, self._holding = self._holding, None
        if holding is not None:
            holding.cancel()
            await asyncio.wait([holding])
        await self._sound.close()

    async def _hold(self) -> None:
        told = False
        while True:
            try:
                ear = self._begin()
            except AvatarError as error:
                if not told:
                    log.warning("the sound input is away: %s", error.what)
                told = True
                await asyncio.sleep(AGAIN_S)
                refresh(self._library)
                continue
            if told:
                log.info("the sound input is back")
            try:
                await self._until_gone(ear)
            finally:
                self._end()
            log.warning("the sound input went away")
            told = True
            refresh(self._library)

    def _begin(self) -> Ear:
        """Opens it. Raises Wrong when it is not there, Broken when it cannot be opened."""
        library = self._library
        device = look_for(library, self.settings.device, "input")
        channels = min(2, device.channels)
        rate_hz = rate_for(library, device, "input", RATE_HZ, channels)
        ear = Ear(asyncio.get_running_loop(), self._sound, rate_hz, channels)
        try:
            self._stream = library.RawInputStream(
                samplerate=rate_hz,
                blocksize=rate_hz // 100,
                device=device.index,
                channels=channels,
                dtype="int16",
                latency=LATENCY_S,
                callback=ear,
                **extra_settings(library, device),
            )
            self._stream.start()
        except (library.PortAudioError, ValueError) as error:
            self._end()
            raise taken(library, device, error) from None
        return ear

    async def _until_gone(self, ear: Ear) -> None:
        overflows = 0
        while self._stream is not None and self._stream.active and now_ns() - ear.heard_ns < SILENT_NS:
            await asyncio.sleep(LOOK_S)
            if ear.overflows > overflows:
                log.warning("overflow at the device count=%d: sound was lost there", ear.overflows)
                overflows = ear.overflows

    def _end(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            stream.abort()
            stream.close()
        except self._library.PortAudioError as error:
            log.info("closing a device that is gone: %s", error)
