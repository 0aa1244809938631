"""Room with a loudspeaker and a microphone, for scenes of the echo guard: voices of espeak, echo, reverberation, noise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import soxr
from numpy.typing import NDArray

from actors.envelope import Envelope, packed
from actors.tts.espeak import Espeak, EspeakSettings
from actors.vad.engine import RATE_HZ, WINDOW, Sound
from bus.clock import MS, SECOND
from bus.messages import RATE_HZ as VOICE_HZ
from bus.messages import PlayedEnvelope

Wave: TypeAlias = NDArray[np.float64]

REPLY = (
    "Good question. I listen to the call, I think about what was said, and then I answer out loud. Every part of me is a"
    " process of its own, and when one of them dies, the others simply go on."
)
BLOCK = VOICE_HZ // 100
WINDOW_NS = WINDOW * SECOND // RATE_HZ
AHEAD_NS = 40 * MS
"""What is played is known so long before it is heard: a device keeps so much ready."""
BEGIN_NS = 7 * SECOND
SILENCE_S = 1.0
"""Before and behind the reply."""


@dataclass(frozen=True)
class Room:
    """How the loudspeaker is heard; levels are the mean of the whole reply."""

    echo_db: float = -30.0
    delay_ms: float = 80.0
    reverberation_s: float = 0.4
    direct_db: float = 3.0
    """Of the direct sound over all its reverberation."""
    noise_db: float = -65.0
    seed: int = 0
    change: Callable[[Wave], Wave] | None = None
    """What becomes of the echo on the way: another volume, a clock that drifts."""
    person_db: float = -26.0
    person_at_s: float | None = None
    """When somebody in the room says something, if at all: seconds after the reply begins."""
    person_says: str = "Wait, stop, that is not what I asked."

    def microphone(self) -> Wave:
        """All that the microphone hears, -1..1, as long as the loudspeaker's line."""
        random = np.random.default_rng(self.seed)
        echo = self.echo(random)
        noise = random.standard_normal(echo.size) * 10 ** (self.noise_db / 20)
        return echo + noise + self.person(echo.size)

    def echo(self, random: np.random.Generator | None = None) -> Wave:
        """What it hears of the loudspeaker alone."""
        played = soxr.resample(line(), VOICE_HZ, RATE_HZ)
        echo = _convolved(played, self._response(random or np.random.default_rng(self.seed)))
        echo = echo if self.change is None else self.change(echo)
        sounding = echo[int(SILENCE_S * RATE_HZ) : -int(SILENCE_S * RATE_HZ)]
        level = 10 ** (self.echo_db / 20) / float(np.sqrt(np.square(sounding).mean()))
        return echo * level

    def person(self, samples: int) -> Wave:
        """What it hears of the person alone."""
        heard = np.zeros(samples)
        if self.person_at_s is not None:
            said = speech(self.person_says, "en-us+m3", RATE_HZ) * 10 ** (self.person_db / 20)
            at = int((SILENCE_S + self.person_at_s) * RATE_HZ)
            heard[at : at + said.size] = said[: samples - at]
        return heard

    def _response(self, random: np.random.Generator) -> Wave:
        """A small loudspeaker's first reflection after 2 ms, then noise that falls by 60 dB in `reverberation_s`."""
        size = int(self.reverberation_s * RATE_HZ)
        tail = random.standard_normal(size) * 10 ** (-3 * np.arange(size) / size)
        tail[: 2 * RATE_HZ // 1000] = 0
        tail *= 10 ** (-self.direct_db / 20) / np.sqrt(np.square(tail).sum())
        tail[0] = 1.0
        return np.concatenate([np.zeros(int(self.delay_ms * RATE_HZ / 1000)), tail])


@cache
def speech(text: str, voice: str, rate_hz: int) -> Wave:
    """A voice of espeak; its mean level is 0 dB."""

    async def spoken() -> tuple[Wave, int]:
        espeak = Espeak(EspeakSettings(voice=voice))
        await espeak.load()
        async with espeak.speak(text, "en") as chunks:
            pieces = [chunk.pcm async for chunk in chunks]
        await espeak.close()
        return np.concatenate(pieces).astype(np.float64), espeak.rate_hz

    pcm, own_hz = asyncio.run(spoken())
    wave: Wave = soxr.resample(pcm, own_hz, rate_hz)
    return wave / float(np.sqrt(np.square(wave).mean()))


@cache
def line() -> Wave:
    """What the loudspeaker plays, 48 kHz: silence, the reply at -20 dB, silence."""
    silence = np.zeros(int(SILENCE_S * VOICE_HZ))
    return np.concatenate([silence, 0.1 * speech(REPLY, "en-us+f2", VOICE_HZ), silence])


def windows(wave: Wave) -> Iterator[Sound]:
    """What a microphone gives of it."""
    pcm = np.round(np.clip(wave, -1, 1) * 32_767).astype(np.int16)
    for index in range(pcm.size // WINDOW):
        yield Sound(pcm[index * WINDOW : (index + 1) * WINDOW], BEGIN_NS + index * WINDOW_NS)


def envelopes(pcm: NDArray[np.int16] | None = None) -> list[PlayedEnvelope]:
    """What mic-out tells of its line; of silence nothing."""
    pcm = np.round(line() * 32_767).astype(np.int16) if pcm is None else pcm
    envelope, told = Envelope(VOICE_HZ), []
    for at in range(0, pcm.size // BLOCK * BLOCK, BLOCK):
        begun_ns, levels = envelope.add(BEGIN_NS + at * SECOND // VOICE_HZ, pcm[at : at + BLOCK])
        if levels.size and pcm[at : at + BLOCK].any():
            told.append(PlayedEnvelope(at_ns=begun_ns, payload=packed(levels)))
    return told


def _convolved(wave: Wave, response: Wave) -> Wave:
    size = 1 << (wave.size + response.size).bit_length()
    spectrum = np.fft.rfft(wave, size) * np.fft.rfft(response, size)
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    loudspeaker = 1 / np.sqrt(1 + (250 / np.maximum(hertz, 1)) ** 4) / np.sqrt(1 + (hertz / 5_500) ** 6)
    return np.fft.irfft(spectrum * loudspeaker, size)[: wave.size]
