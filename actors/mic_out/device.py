"""Device speaker: the avatar's voice into a sound device, such as the cable that Zoom takes for a microphone.

The device's own clock says when each sample is heard. A device that goes away is taken again when it is back; meanwhile time
goes on in silence, and the call with it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.mic_out.engine import Pull
from actors.mic_out.pacer import BLOCK_SAMPLES, pace
from actors.readiness import Readiness, lacks
from actors.sound_device import SoundDevice, extra_settings, look_for, portaudio, rate_for, refresh, taken
from bus.clock import SECOND, now_ns
from bus.errors import AvatarError
from bus.messages import RATE_HZ

log = logging.getLogger(__name__)

SILENT_NS = SECOND
"""A device that asked for nothing for so long is gone: PortAudio does not always tell."""
LOOK_S = 0.1
AGAIN_S = 0.5


class DeviceSpeakerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which device it is."""

    device: str = ""
    """Its exact name, or "NAME, HOST API", such as "CABLE Input (VB-Audio Virtual Cable), Windows WASAPI". Empty: the
    system's own."""
    latency_ms: Annotated[int, msgspec.Meta(ge=10, le=500)] = 40
    """How much sound the device keeps ready. More where it crackles; a pause then comes later."""
    audible_on_page: bool = False
    """Also let the stage page hear it."""


class Tap:
    """What the device's thread calls: samples in its rate and channels, from `pull`."""

    def __init__(self, pull: Pull, rate_hz: int, channels: int) -> None:
        self.asked_ns = now_ns()
        """When it was asked last."""
        self.underflows = 0
        self._pull = pull
        self._rate_hz = rate_hz
        self._channels = channels
        self._spare = np.zeros(0, dtype=np.int16)
        self._resampler: Any = None
        if rate_hz != RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(RATE_HZ, rate_hz, 1, dtype="int16")

    def __call__(self, out: Any, frames: int, time: Any, status: Any) -> None:
        """PortAudio's callback. The first frame is heard at the DAC time, which is told on the stream's own clock."""
        self.asked_ns = now_ns()
        if status and status.output_underflow:
            self.underflows += 1
        ahead_s = max(0.0, time.outputBufferDacTime - time.currentTime) if time.outputBufferDacTime else 0.0
        at_ns = self.asked_ns + int(ahead_s * SECOND)
        mono = self._samples(frames, at_ns)
        view = np.frombuffer(out, dtype=np.int16).reshape(frames, self._channels)
        view[:] = mono[:, None]

    def _samples(self, frames: int, at_ns: int) -> NDArray[np.int16]:
        if self._resampler is None:
            return self._pull(frames, at_ns)
        while self._spare.size < frames:
            before_ns = self._spare.size * SECOND // self._rate_hz
            more = self._resampler.resample_chunk(self._pull(BLOCK_SAMPLES, at_ns + before_ns))
            self._spare = np.concatenate([self._spare, more.astype(np.int16, copy=False)])
        taken_now, self._spare = self._spare[:frames], self._spare[frames:]
        return taken_now


class DeviceSpeaker:
    """Turns the device's requests into pulls."""

    Settings: ClassVar = DeviceSpeakerSettings

    def __init__(self, settings: DeviceSpeakerSettings) -> None:
        self.settings = settings
        self._library: Any = None
        self._stream: Any = None

    @classmethod
    def ready(cls, settings: DeviceSpeakerSettings) -> Readiness:
        """Whether the library is here; its devices are looked at when it starts."""
        return lacks("sounddevice", "device") or Readiness(ok=True, why=settings.device or "the system's sound output")

    @property
    def audible_on_page(self) -> bool:
        """As set."""
        return self.settings.audible_on_page

    async def open(self) -> None:
        """Looks for the device. Raises Wrong with the names that there are, Fatal without PortAudio."""
        self._library = portaudio()
        device = look_for(self._library, self.settings.device, "output")
        log.info("sound output found host_api=%s channels=%d", device.host_api, device.channels)

    async def play(self, pull: Pull) -> None:
        """Plays through the device while it is there, and in silence while it is not."""
        told = False
        while True:
            try:
                tap = self._begin(pull)
            except AvatarError as error:
                if not told:
                    log.warning("the sound output is away: %s", error.what)
                told = True
                await _silence(pull)
                refresh(self._library)
                continue
            if told:
                log.info("the sound output is back")
            try:
                await self._until_gone(tap)
            finally:
                self._end()
            log.warning("the sound output went away")
            told = True
            refresh(self._library)

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
        self._end()

    def _begin(self, pull: Pull) -> Tap:
        """Opens it. Raises Wrong when it is not there, Broken when it cannot be opened."""
        library = self._library
        device: SoundDevice = look_for(library, self.settings.device, "output")
        channels = min(2, device.channels)
        rate_hz = rate_for(library, device, "output", RATE_HZ, channels)
        tap = Tap(pull, rate_hz, channels)
        try:
            self._stream = library.RawOutputStream(
                samplerate=rate_hz,
                blocksize=rate_hz // 100,
                device=device.index,
                channels=channels,
                dtype="int16",
                latency=self.settings.latency_ms / 1000,
                callback=tap,
                **extra_settings(library, device),
            )
            self._stream.start()
        except (library.PortAudioError, ValueError) as error:
            self._end()
            raise taken(library, device, error) from None
        return tap

    async def _until_gone(self, tap: Tap) -> None:
        underflows = 0
        while self._stream is not None and self._stream.active and now_ns() - tap.asked_ns < SILENT_NS:
            await asyncio.sleep(LOOK_S)
            if tap.underflows > underflows:
                log.warning("underflow at the device count=%d: it was not filled in time", tap.underflows)
                underflows = tap.underflows

    def _end(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            stream.abort()
            stream.close()
        except self._library.PortAudioError as error:
            log.info("closing a device that is gone: %s", error)


async def _silence(pull: Pull) -> None:
    """Time goes on for a moment; what would have been heard is not."""

    def step(at_ns: int) -> None:
        pull(BLOCK_SAMPLES, at_ns)

    try:
        async with asyncio.timeout(AGAIN_S):
            await pace(step)
    except TimeoutError:
        return
