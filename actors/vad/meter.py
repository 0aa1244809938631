"""Meter of the microphone: windows in, a level now and then out."""

from __future__ import annotations

import numpy as np

from actors.vad.engine import RATE_HZ, Sound
from actors.vad.loudness import level_dbfs
from bus.messages import Level


class Meter:
    """Sums up the sound since the level before: its RMS, and the most likely speech in it."""

    def __init__(self, level_hz: float) -> None:
        self._every = RATE_HZ / level_hz
        self._due = self._every
        self._squares = 0.0
        self._samples = 0
        self._speech = 0.0

    def hear(self, sound: Sound, probability: float) -> Level | None:
        """Takes the next window; gives a level when one is due."""
        self._squares += float(np.square(sound.pcm.astype(np.float64)).sum())
        self._samples += sound.pcm.size
        self._speech = max(self._speech, probability)
        self._due -= sound.pcm.size
        if self._due > 0:
            return None
        level = Level(dbfs=round(level_dbfs(self._squares / self._samples), 1), speech=round(self._speech, 3))
        self._due += max(self._every, sound.pcm.size)
        self._squares, self._samples, self._speech = 0.0, 0, 0.0
        return level
