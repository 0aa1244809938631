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
class Cost:
    """What the words of an utterance took; zeros where the engine does not tell."""

    decode_ms: float = 0.0
    """The pass of the model that gave the final words."""
    real_time_factor: float = 0.0
    """Of that pass: its time by the sound's."""
    passes: int = 0
    partials_skipped: int = 0
    passages_dropped: int = 0


@dataclass(frozen=True, slots=True)
class Transcript:
    """All words of one utterance. Empty text means: no words were in it."""

    text: str
    language: str
    words: tuple[Word, ...] = ()
    cost: Cost = Cost()


class Hearing(Protocol):
    """One utterance being recognised."""

    async def hear(self, pcm: NDArray[np.int16], quiet_ms: int = 0) -> str | None:
        """Takes the next samples (int16, 16 kHz, mono); gives the new partial text when it changed, else None.

        `quiet_ms`: for how long nobody has been speaking at their end, as far as vad tells.
        """
        ...

    async def finish(self) -> Transcript:
        """No more samples: the final words. The hearing is spent afterwards. Whatever it raises is for the process to die
        of: the utterance comes again."""
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
