"""Decimator: the voice at 48 kHz in, the same sound at 16 kHz out, with no shift in time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE_HZ = 16_000
FACTOR = 3
REACH = 96
"""Samples at 48 kHz (2 ms) that must be known on both sides of one that is given."""
_CUTOFF = 7_000 / 48_000
"""Half of the amplitude is left at 7 kHz, and nothing (-80 dB) above 8.3 kHz."""


class Decimator:
    """One reply: a low-pass of 193 taps, of which every third output is computed."""

    def __init__(self) -> None:
        place = np.arange(-REACH, REACH + 1)
        taps = 2 * _CUTOFF * np.sinc(2 * _CUTOFF * place) * np.kaiser(2 * REACH + 1, 8.0)
        self._taps = (taps / taps.sum()).astype(np.float32)
        # Begins with the silence before the reply.
        self._waiting: Floats = np.zeros(REACH, np.float32)

    def take(self, pcm: NDArray[np.int16], end: bool = False) -> Floats:
        """The samples (-1..1) that are sure with `pcm`; with `end` all: silence follows."""
        sound = pcm.astype(np.float32) / 32768
        tail = np.zeros(REACH if end else 0, np.float32)
        self._waiting = np.concatenate((self._waiting, sound, tail))
        whole = self._waiting.size - 2 * REACH
        if whole <= 0:
            return np.zeros(0, np.float32)
        out = np.convolve(self._waiting, self._taps, "valid")[::FACTOR].astype(np.float32)
        self._waiting = self._waiting[len(out) * FACTOR :]
        return out
