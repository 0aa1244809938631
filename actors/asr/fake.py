"""Fake recogniser: understands a script, word after word, as sound comes in."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.asr.engine import RATE_HZ, Transcript, Word


class FakeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What it understands: one text for each utterance, then again from the first."""

    texts: tuple[str, ...] = ("hello who are you",)
    word_ms: int = 250
    """Sound that it takes to understand one word."""
    language: str = "en"


class FakeRecognizer:
    """Hands out scripted texts; understands as many words as the sound is long."""

    Settings: ClassVar = FakeSettings

    def __init__(self, settings: FakeSettings) -> None:
        self.settings = settings
        self.heard = 0
        """Utterances opened so far."""
        self.cancelled = 0

    async def load(self) -> None:
        """Nothing to load."""

    def listen(self) -> FakeHearing:
        """Opens a hearing for the next text of the script."""
        text = self.settings.texts[self.heard % len(self.settings.texts)] if self.settings.texts else ""
        self.heard += 1
        return FakeHearing(self, text.split())

    async def close(self) -> None:
        """Nothing to free."""


class FakeHearing:
    """One scripted utterance."""

    def __init__(self, recognizer: FakeRecognizer, words: list[str]) -> None:
        self._recognizer = recognizer
        self._words = words
        self._samples = 0
        self._known = 0

    async def hear(self, pcm: NDArray[np.int16], quiet_ms: int = 0) -> str | None:
        """Understands one more word for each `word_ms` of sound."""
        self._samples += pcm.size
        known = min(len(self._words), self._samples * 1000 // RATE_HZ // self._recognizer.settings.word_ms)
        if known == self._known:
            return None
        self._known = known
        return " ".join(self._words[:known])

    async def finish(self) -> Transcript:
        """The words understood so far."""
        each = self._recognizer.settings.word_ms
        words = tuple(Word(text, i * each, (i + 1) * each, 1.0) for i, text in enumerate(self._words[: self._known]))
        return Transcript(" ".join(w.text for w in words), self._recognizer.settings.language, words)

    async def cancel(self) -> None:
        """Counts it."""
        self._recognizer.cancelled += 1
