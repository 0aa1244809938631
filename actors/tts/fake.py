"""Fake voice for scenes: a tone of 50 ms for each character, exact word times, and a phoneme for each letter if wanted."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import ClassVar

import msgspec
import numpy as np

from actors.tts.engine import PhonemeTime, VoiceChunk, WordTime
from bus import clock
from bus.errors import Broken


class FakeVoiceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the tone sounds."""

    rate_hz: int = 24_000
    ms_per_character: int = 50
    characters_per_chunk: int = 2
    chunk_ms: int = 0
    """Time that it takes to make a chunk; 0: none."""
    timed: bool = True
    """Gives word and phoneme times."""


class FakeVoice:
    """Speaks at once. `gate`: an event each chunk waits for; `begun`, `spoken` and `hushed` tell what happened."""

    Settings: ClassVar = FakeVoiceSettings

    def __init__(self, settings: FakeVoiceSettings) -> None:
        self._settings = settings
        self.breaks_at: int | None = None
        """The character before which it fails."""
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.spoken: list[tuple[str, str]] = []
        self.hushed = 0
        self.loaded = False

    @property
    def rate_hz(self) -> int:
        """As in the settings."""
        return self._settings.rate_hz

    async def load(self) -> None:
        """Nothing to load."""
        self.loaded = True

    @asynccontextmanager
    async def speak(self, text: str, language: str) -> AsyncIterator[AsyncIterator[VoiceChunk]]:
        """The tone of the text."""
        self.spoken.append((text, language))
        self.begun.set()
        try:
            async with aclosing(self._chunks(text)) as chunks:
                yield chunks
        finally:
            self.hushed += 1

    async def _chunks(self, text: str) -> AsyncGenerator[VoiceChunk, None]:
        settings = self._settings
        step_s = settings.ms_per_character / 1_000
        samples = settings.rate_hz * settings.ms_per_character // 1_000
        words = [match.span() for match in re.finditer(r"\S+", text)]
        for first in range(0, len(text), settings.characters_per_chunk):
            await self.gate.wait()
            if settings.chunk_ms:
                await clock.sleep_until(clock.now_ns() + settings.chunk_ms * clock.MS)
            if first == self.breaks_at:
                raise Broken("the fake voice broke", "as the scene wants it")
            piece = range(first, min(first + settings.characters_per_chunk, len(text)))
            tone = np.sin(np.arange(samples * len(piece)) * (2 * np.pi * 200 / settings.rate_hz)) * 8_000
            phonemes = tuple(PhonemeTime(text[i], i * step_s) for i in piece if text[i].isalpha())
            spoken = tuple(WordTime(start, end, start * step_s) for start, end in words if start in piece)
            pcm = tone.astype(np.int16)
            yield VoiceChunk(pcm, phonemes, spoken) if settings.timed else VoiceChunk(pcm)

    async def close(self) -> None:
        """Nothing to free."""
        self.loaded = False
