"""Loudness of a voice as a mouth: how it opens, widens and rounds when nobody says which phonemes are spoken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.portrait.pose import REST, Pose
from bus.messages.voice import RATE_HZ

SILENCE_DBFS = -50.0
"""Below this nobody speaks."""
_RANGE_DB = 26.0
"""From the voice's loud vowels down to lips that hardly part."""
_LOUD_DBFS = -24.0
"""A usual vowel's level; the running peak of the voice takes over from it."""


class Loudness:
    """One voice: follows its level, so that a quiet voice opens the mouth as far as a loud one."""

    def __init__(self) -> None:
        self._loud = _LOUD_DBFS

    def pose(self, sound: NDArray[np.int16]) -> Pose:
        """The pose for a frame's sound (int16, 48 kHz, about 60 ms around its middle)."""
        level = dbfs(sound)
        if level < SILENCE_DBFS:
            return REST
        self._loud = max(level, self._loud - 0.1, SILENCE_DBFS + _RANGE_DB)
        open_share = min(max(1 + (level - self._loud) / _RANGE_DB, 0.0), 1.0)
        low, middle, high = _bands(sound)
        hiss = min(max((high - 0.45) * 2.5, 0.0), 1.0)
        # The second formant: high for "ee" (1.8-3 kHz), low for "oo" (below 0.9 kHz).
        bright = min(max((middle - 0.12) * 4, -1.0), 1.0)
        return Pose(
            jaw=0.8 * open_share**1.4 * (1 - 0.8 * hiss) * (1 - 0.25 * abs(bright)),
            wide=max(bright, 0.0) * 0.7 * open_share,
            pucker=max(-bright, 0.0) * 0.5 * open_share if low > 0.8 else 0.0,
            teeth=max(hiss, 0.4 * max(bright, 0.0)) * open_share,
        )


def dbfs(sound: NDArray[np.int16]) -> float:
    """RMS level in dB relative to full scale, not below -96."""
    if not sound.size:
        return -96.0
    power = float(np.mean(np.square(sound.astype(np.float32) / 32768)))
    return max(10 * float(np.log10(power + 1e-12)), -96.0)


def _bands(sound: NDArray[np.int16]) -> tuple[float, float, float]:
    """Shares of the amplitude in 100-900 Hz, 1.6-3.2 kHz and 4.5-11 kHz."""
    amplitude = np.abs(np.fft.rfft(sound.astype(np.float32) * np.hanning(sound.size)))
    hertz = np.fft.rfftfreq(sound.size, 1 / RATE_HZ)
    whole = float(amplitude[(hertz > 100) & (hertz < 11_000)].sum()) + 1e-9
    low, middle, high = (
        float(amplitude[(hertz >= start) & (hertz < end)].sum()) / whole
        for start, end in ((100, 900), (1600, 3200), (4500, 11_000))
    )
    return low, middle, high
