"""Reference of the echo guard: what the avatar's loudspeaker played in the last seconds, step by step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.envelope import BANDS, FLOOR_DB, Levels, slot_of

KEPT = 128
"""Steps: two seconds."""
BELOW_PEAK_DB = 55.0
"""What is so far below the loudest sound of late is silence. Its true level would only tell one silence from another."""
FORGET_DB = 0.02
"""How fast the loudest sound is forgotten, a step: a decibel in 0.8 s of sound."""
ALIVE_DB = 40.0
"""Sound that is no more than this below the loudest can be heard in a room."""


class Reference:
    """Keeps levels by the number of their step. What was never told of was silence: mic-out tells nothing of that."""

    def __init__(self) -> None:
        self._levels = np.full((KEPT, BANDS), FLOOR_DB, dtype=np.float32)
        self._slots = np.full(KEPT, -1, dtype=np.int64)
        self.peak_db = FLOOR_DB
        """The loudest band of late."""
        self._last = -KEPT

    def add(self, at_ns: int, levels: Levels) -> None:
        """What is played in the steps from `at_ns` on."""
        first = slot_of(at_ns)
        for slot, step in enumerate(levels, first):
            self._levels[slot % KEPT], self._slots[slot % KEPT] = step, slot
            self.peak_db = max(self.peak_db - FORGET_DB, float(step.max()))
        self._last = max(self._last, first + len(levels))

    @property
    def floor_db(self) -> float:
        """What counts as silence."""
        return self.peak_db - BELOW_PEAK_DB

    def may_sound(self, slot: int) -> bool:
        """Whether anything of what is kept may still be heard in that step. For cheap: not how loud it was."""
        return slot < self._last + KEPT

    def at(self, slots: NDArray[np.int64]) -> Levels:
        """Levels of those steps, in one more dimension than `slots` has."""
        places = slots % KEPT
        known = (self._slots[places] == slots)[..., None]
        return np.maximum(np.where(known, self._levels[places], np.float32(FLOOR_DB)), np.float32(self.floor_db))
