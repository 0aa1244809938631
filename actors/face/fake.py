"""Fake renderer: flat pictures, one for each 40 ms of sound, at once; the brightness tells the loudness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.face.engine import SAMPLES_PER_FRAME, Mouth
from bus.messages.voice import Phoneme


class FakeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the fake renderer."""

    size: int = 16
    """Width and height of a crop in pixels."""


class FakeRenderer:
    """Turns sound into flat crops and remembers what it was asked."""

    Settings: ClassVar = FakeSettings

    def __init__(self, settings: FakeSettings | None = None) -> None:
        self._size = (settings or FakeSettings()).size
        self.begun: list[int] = []
        self.phonemes: list[Phoneme] = []
        self.loaded = False
        self._next = 0
        self._sound: NDArray[np.int16] = np.zeros(0, np.int16)

    async def load(self) -> None:
        """Nothing to load."""
        self.loaded = True

    def begin(self, first_frame: int = 0) -> None:
        """Starts a reply."""
        self.begun.append(first_frame)
        self._next = first_frame
        self._sound = np.zeros(0, np.int16)

    async def hear(self, pcm: NDArray[np.int16], phonemes: Sequence[Phoneme]) -> list[Mouth]:
        """A frame for each whole 1920 samples."""
        self.phonemes += phonemes
        self._sound = np.concatenate((self._sound, pcm))
        mouths = []
        while self._sound.size >= SAMPLES_PER_FRAME:
            mouths.append(self._mouth(self._sound[:SAMPLES_PER_FRAME]))
            self._sound = self._sound[SAMPLES_PER_FRAME:]
        return mouths

    async def finish(self) -> list[Mouth]:
        """A frame for what was left over, and one at rest."""
        rest = [self._mouth(self._sound)] if self._sound.size else []
        self._sound = np.zeros(0, np.int16)
        return [*rest, self._mouth(self._sound)]

    async def close(self) -> None:
        """Nothing to free."""
        self.loaded = False

    def _mouth(self, sound: NDArray[np.int16]) -> Mouth:
        loud = int(np.abs(sound.astype(np.int32)).max(initial=0)) >> 7
        mouth = Mouth(self._next, np.full((self._size, self._size, 3), min(loud, 255), np.uint8))
        self._next += 1
        return mouth
