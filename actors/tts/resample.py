"""Resampling of a voice to the call's 48 kHz, piece by piece, with not one sample more or less than its length asks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bus.messages import RATE_HZ


class Resampler:
    """One sentence's way from the voice's rate to 48 kHz. n samples in give round(n * 48000 / rate) out, after `finish`."""

    def __init__(self, rate_hz: int) -> None:
        self._stream = None
        if rate_hz != RATE_HZ:
            import soxr

            self._stream = soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="int16", quality="HQ")

    def hear(self, pcm: NDArray[np.int16]) -> NDArray[np.int16]:
        """The samples that can be given now; the filter keeps some back."""
        if self._stream is None:
            return pcm
        sound: NDArray[np.int16] = self._stream.resample_chunk(pcm)
        return sound

    def finish(self) -> NDArray[np.int16]:
        """The samples that the filter kept back."""
        if self._stream is None:
            return np.zeros(0, np.int16)
        sound: NDArray[np.int16] = self._stream.resample_chunk(np.zeros(0, np.int16), last=True)
        return sound
