"""Engine seam of asr: speech in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; times in ms from the first sample of the utterance, confidence 0..1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """All words of one utterance. Empty text means: no words were in it."""

    text: str
    language: str
    words: tuple[Word, ...] = ()


class Hearing(Protocol):
    """One utterance being recognised."""

    async def hear(self, pcm: NDArray[np.int16]) -> str | None:
        """Takes the next samples (int16, 16 kHz, mono); gives the new partial text when it changed, else None."""
        ...

    async def finish(self) -> Transcript:
        """No more samples: the final words. The hearing is spent afterwards."""
        ...

    async def cancel(self) -> None:
        """Drops the utterance; safe at any point, also twice."""


class Recognizer(Protocol):
    """Makes hearings. One hearing is open at a time."""

    async def load(self) -> None:
        """Loads the model. Raises Fatal with what to do."""

    def listen(self) -> Hearing:
        """Opens a hearing for one utterance."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
