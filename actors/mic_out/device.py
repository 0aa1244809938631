"""Device speaker: the avatar's voice into a sound device, such as the cable that Zoom takes for a microphone.

The device's own clock says when each sample is heard. A device that goes away is taken again when it is back; meanwhile time
goes on in silence, and the call with it.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.mic_out.engine import Pull
from actors.mic_out.pacer import BLOCK_SAMPLES, pace
from actors.readiness import Readiness
from actors.sound_device import readiness
from actors.sound_line import SoundLine
from bus.clock import SECOND, now_ns
from bus.messages import RATE_HZ
from bus.tally import Tally


class DeviceSpeakerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which device it is."""

    device: str = ""
    """Its exact name, or "NAME, HOST API", such as "CABLE Input (VB-Audio Virtual Cable), Windows WASAPI". Empty: a
    virtual cable that is known by name, else the system's own."""
    latency_ms: Annotated[int, msgspec.Meta(ge=10, le=500)] = 40
    """How much sound the device keeps ready. More where it crackles; a pause then comes later."""
    audible_on_page: bool = False
    """Also let the stage page hear it."""


class Tap:
    """What the device's thread calls: samples in its rate and channels, from `pull`."""

    def __init__(self, pull: Pull, rate_hz: int, channels: int) -> None:
        self.alive_ns = now_ns()
        self.lost = 0
        self._pull = pull
        self._rate_hz = rate_hz
        self._channels = channels
        self._spare = np.zeros(0, dtype=np.int16)
        self._taken = self._made = 0
        self._resampler: Any = None
        if rate_hz != RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(RATE_HZ, rate_hz, 1, dtype="int16")

    def __call__(self, data: Any, frames: int, time: Any, status: Any) -> None:
        """PortAudio's callback. The first frame is heard at the DAC time, which is told on the stream's own clock."""
        self.alive_ns = now_ns()
        if status and status.output_underflow:
            self.lost += 1
        ahead_s = max(0.0, time.outputBufferDacTime - time.currentTime) if time.outputBufferDacTime else 0.0
        at_ns = self.alive_ns + int(ahead_s * SECOND)
        view = np.frombuffer(data, dtype=np.int16).reshape(frames, self._channels)
        view[:] = self._samples(frames, at_ns)[:, None]

    def _samples(self, frames: int, at_ns: int) -> NDArray[np.int16]:
        if self._resampler is None:
            return self._pull(frames, at_ns)
        while self._spare.size < frames:
            more = self._resampler.resample_chunk(self._pull(BLOCK_SAMPLES, at_ns + self._ahead_ns()))
            self._taken += BLOCK_SAMPLES
            self._made += more.size
            self._spare = np.concatenate([self._spare, more])
        taken_now, self._spare = self._spare[:frames], self._spare[frames:]
        return taken_now

    def _ahead_ns(self) -> int:
        """How long what is pulled next waits behind what was pulled before: in `_spare`, and in the resampler's filter."""
        inside_ns = self._taken * SECOND // RATE_HZ - self._made * SECOND // self._rate_hz
        return inside_ns + self._spare.size * SECOND // self._rate_hz


class DeviceSpeaker:
    """Turns the device's requests into pulls."""

    Settings: ClassVar = DeviceSpeakerSettings
    audible_in_room = True

    def __init__(self, settings: DeviceSpeakerSettings) -> None:
        self.settings = settings
        self._pull: Pull = _nothing
        self._line = SoundLine(settings.device, "output", RATE_HZ, settings.latency_ms / 1000, self._tap)

    @classmethod
    def ready(cls, settings: DeviceSpeakerSettings) -> Readiness:
        """Whether the device is here now."""
        return readiness(settings.device, "output")

    @property
    def audible_on_page(self) -> bool:
        """As set."""
        return self.settings.audible_on_page

    def count_in(self, tally: Tally) -> None:
        """Counts what the device loses there."""
        self._line.count_in(tally)

    async def open(self) -> None:
        """Looks for the device. Raises Wrong with the names that there are, Fatal without PortAudio."""
        await self._line.open()

    async def play(self, pull: Pull) -> None:
        """Plays through the device while it is there; while it is not, time goes on, and what would be heard is not."""
        self._pull = pull
        await self._line.hold(lambda: pace(lambda at_ns: _discard(pull, at_ns)))

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
        await self._line.close()

    def _tap(self, rate_hz: int, channels: int) -> Tap:
        return Tap(self._pull, rate_hz, channels)


def _nothing(samples: int, _at_ns: int) -> NDArray[np.int16]:
    return np.zeros(samples, np.int16)


def _discard(pull: Pull, at_ns: int) -> None:
    pull(BLOCK_SAMPLES, at_ns)
