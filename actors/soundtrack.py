"""Soundtrack: the parts of one kind of sound in, one line of 48 kHz out in which each sample has its time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from actors.take import SoundPart
from bus.clock import SECOND
from bus.messages import RATE_HZ

Pcm = NDArray[np.int16]


class Soundtrack:
    """Reads on and on from `zero_ns`; silence where no part is. Where parts overlap the later one is heard."""

    def __init__(self, parts: Sequence[SoundPart], zero_ns: int) -> None:
        self._voices = [_Resampled(part, zero_ns) for part in sorted(parts, key=lambda part: part.start_ns)]
        self._cursor = 0

    @property
    def samples(self) -> int:
        """Where the last part ends."""
        return max((voice.end for voice in self._voices), default=0)

    def read(self, count: int) -> Pcm:
        """The next `count` samples."""
        out = np.zeros(count, np.int16)
        until = self._cursor + count
        for voice, later in zip_longest(self._voices, self._voices[1:]):
            start = max(self._cursor, voice.begin)
            end = min(until, voice.end, later.begin if later else until)
            if start < end:
                out[start - self._cursor : end - self._cursor] = voice.take(end - start)
        self._cursor = until
        return out


class _Resampled:
    """One part, read from its start at 48 kHz, a second at a time: a part may be hours long."""

    def __init__(self, part: SoundPart, zero_ns: int) -> None:
        self.begin = round((part.start_ns - zero_ns) * RATE_HZ / SECOND)
        self.end = self.begin + part.pcm.size * RATE_HZ // part.rate_hz
        self._part = part
        self._read = 0
        self._ready: Pcm = np.zeros(0, np.int16)
        self._stream = None
        if part.rate_hz != RATE_HZ:
            import soxr

            self._stream = soxr.ResampleStream(part.rate_hz, RATE_HZ, 1, dtype="int16")

    def take(self, count: int) -> Pcm:
        """The next samples; zeros behind the end."""
        pieces, size = [self._ready], self._ready.size
        while size < count and self._read < self._part.pcm.size:
            pieces.append(self._next())
            size += pieces[-1].size
        whole = np.concatenate([*pieces, np.zeros(max(0, count - size), np.int16)])
        self._ready = whole[count:]
        return whole[:count]

    def _next(self) -> Pcm:
        piece = np.asarray(self._part.pcm[self._read : self._read + self._part.rate_hz], np.int16)
        self._read += piece.size
        if self._stream is None:
            return piece
        return np.asarray(self._stream.resample_chunk(piece, last=self._read >= self._part.pcm.size), np.int16)
