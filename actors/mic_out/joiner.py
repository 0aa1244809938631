"""Joiner: blocks of any size in, pieces of 20 ms out, each with its time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.mic_out.playout import nanoseconds
from bus.clock import MS
from bus.messages import SLICE_SAMPLES

Pcm = NDArray[np.int16]

JITTER_NS = 5 * MS
"""The times of a device's blocks are no more exact than this; what is skipped is a whole block."""


class Joiner:
    """Joins blocks that follow one another; what stands before a skipped time is left out."""

    def __init__(self) -> None:
        self._begun_ns = 0
        self._waiting: Pcm = np.zeros(0, np.int16)

    def add(self, at_ns: int, pcm: Pcm) -> list[tuple[int, Pcm]]:
        """Takes a block; the pieces that are full now, with the time of their first sample."""
        if abs(self._begun_ns + nanoseconds(self._waiting.size) - at_ns) > JITTER_NS:
            self._begun_ns, self._waiting = at_ns, pcm[:0]
        self._waiting = np.concatenate([self._waiting, pcm])
        pieces = []
        while self._waiting.size >= SLICE_SAMPLES:
            pieces.append((self._begun_ns, self._waiting[:SLICE_SAMPLES]))
            self._waiting = self._waiting[SLICE_SAMPLES:]
            self._begun_ns += nanoseconds(SLICE_SAMPLES)
        return pieces
