"""Engine seam of tts: text in, the sound of a voice out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PhonemeTime:
    """One phoneme in IPA (empty: silence); `start_s` from the start of the text's sound. It lasts until the next one starts."""

    ipa: str
    start_s: float


@dataclass(frozen=True, slots=True)
class WordTime:
    """Where a word of the text is spoken: characters [start, end) of the text, from `start_s` of its sound."""

    start: int
    end: int
    start_s: float


@dataclass(frozen=True, slots=True)
class VoiceChunk:
    """A piece of sound: int16 mono at the voice's `rate_hz`; the phonemes and words that begin inside it."""

    pcm: NDArray[np.int16]
    phonemes: tuple[PhonemeTime, ...] = ()
    words: tuple[WordTime, ...] = ()
    waited_ms: float = 0.0
    """So long the server was busy with a clause that was broken off, before it began this one."""


class Voice(Protocol):
    """Speaks one text at a time."""

    @property
    def rate_hz(self) -> int:
        """Sample rate of what `speak` gives; known after `load`."""
        ...

    async def load(self) -> None:
        """Loads the model or reaches the server. Raises Wrong or Fatal with what to do."""

    def speak(self, text: str, language: str) -> AbstractAsyncContextManager[AsyncIterator[VoiceChunk]]:
        """Streams the sound of `text` (`language`: BCP 47, such as "en" or "uk"). Leaving the block early stops it."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
