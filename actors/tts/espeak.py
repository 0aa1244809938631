"""Espeak: the small built-in voice, 100+ languages without a download; gives exact phoneme and word times.

Synthesis runs some hundred times faster than speech, so sound comes with the first buffer and a full pipe holds it back.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from actors.tts.engine import PhonemeTime, VoiceChunk, WordTime
from actors.tts.espeak_library import PITCH, RANGE, RATE, VOLUME, WORD_GAP, EspeakLibrary, Mark
from actors.tts.espeak_voices import find_voice
from actors.tts.pipe import Pipe
from actors.unspeakable import has_words, is_unspeakable
from bus.off_loop import OffLoop

BUFFER_MS = 60
PIPE_CHUNKS = 16
"""About a second of sound waits for the reader."""
QUIET = 64
"""Leading samples up to this loudness (-54 dBFS) are left out."""

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class EspeakSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the voice sounds."""

    voice: str = "en-us+f2"
    """Voice, optionally "+" a variant. Its variant also speaks the languages that `languages` does not name.
    Of 26 tried, f2 (median pitch 198 Hz) was the best understood by a recogniser among those that do not clip."""
    languages: dict[str, str] = {}
    """Voices for other languages, such as uk = "uk+f5"."""
    rate_wpm: Annotated[int, msgspec.Meta(ge=80, le=450)] = 165
    """Words a minute."""
    pitch: Percent = 50
    """How high the voice is; 50 is the voice as it was made."""
    range: Percent = 55
    """How much the melody goes up and down; 0 is monotonous."""
    volume: Percent = 90
    """100 is full scale."""
    gap_ms: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0
    """Silence added between words, in steps of 10 ms."""


class Espeak:
    """espeak-ng in this process, in one thread of its own; one text at a time."""

    Settings: ClassVar = EspeakSettings

    def __init__(self, settings: EspeakSettings) -> None:
        self._settings = settings
        self._door = OffLoop("espeak")
        self._library: EspeakLibrary | None = None
        self._voices: dict[str, str] = {}
        self._rate_hz = 0

    @property
    def rate_hz(self) -> int:
        """22,050."""
        return self._rate_hz

    async def load(self) -> None:
        """Raises Fatal without the library, Wrong for a voice that does not exist."""
        await self._door.run(self._load)

    def _load(self) -> None:
        library = EspeakLibrary(BUFFER_MS)
        self._library, self._rate_hz = library, library.rate_hz
        settings = self._settings
        self._voices = {"": find_voice(library, settings.voice)}
        for voice in library.voices():
            for _, code in voice.languages:
                if code == settings.voice.partition("+")[0].lower():
                    self._voices[code.partition("-")[0]] = self._voices[""]
        for language, voice_name in settings.languages.items():
            self._voices[language.lower()] = find_voice(library, voice_name)

    def _voice_of(self, language: str) -> str:
        """The voice for a language: the named one, else the main voice's variant in that language, else the main voice."""
        assert self._library is not None
        code = language.lower()
        for known in (code, code.partition("-")[0]):
            if known in self._voices:
                return self._voices[known]
        variant = self._settings.voice.partition("+")[2]
        found = find_voice(self._library, f"{code}+{variant}" if variant else code, otherwise=self._voices[""])
        self._voices[code] = found
        return found

    @asynccontextmanager
    async def speak(self, text: str, language: str) -> AsyncIterator[AsyncIterator[VoiceChunk]]:
        """Sound in chunks of at most 60 ms. Leaving the block stops within one chunk and returns when all is quiet."""
        pipe: Pipe[VoiceChunk] = Pipe(PIPE_CHUNKS)
        speaking = asyncio.ensure_future(self._door.run(self._speak, text, language, pipe))
        speaking.add_done_callback(lambda _: pipe.end())
        try:
            async with aclosing(_until_end(pipe, speaking)) as chunks:
                yield chunks
        finally:
            pipe.close()
            await asyncio.wait([speaking])

    def _speak(self, text: str, language: str, pipe: Pipe[VoiceChunk]) -> None:
        assert self._library is not None, "load() first"
        words = speakable(text)
        if not has_words(words):
            return
        settings, library = self._settings, self._library
        library.set_voice(self._voice_of(language))
        for parameter, value in (
            (RATE, settings.rate_wpm),
            (PITCH, settings.pitch),
            (RANGE, settings.range),
            (VOLUME, settings.volume),
            (WORD_GAP, settings.gap_ms // 10),
        ):
            library.set_parameter(parameter, value)
        timer = _Timer(words, library.rate_hz)

        def take(pcm: bytes, marks: list[Mark]) -> bool:
            chunk = timer.chunk(pcm, marks)
            return pipe.open if chunk is None else pipe.put(chunk)

        library.speak(words, take)

    async def close(self) -> None:
        """Ends the library; a text being spoken is finished first."""
        if library := self._library:
            self._library = None
            await self._door.run(library.end)
        self._door.close()


async def _until_end(pipe: Pipe[VoiceChunk], speaking: asyncio.Future[None]) -> AsyncGenerator[VoiceChunk, None]:
    async for chunk in pipe.read():
        yield chunk
    await speaking  # raises what the synthesis raised


class _Timer:
    """Turns buffers and marks into chunks: leading quiet left out, marks only with the chunk that they begin in."""

    def __init__(self, text: str, rate_hz: int) -> None:
        self._words = [match.span() for match in re.finditer(r"\S+", text)]
        self._rate_hz = rate_hz
        self._started = False
        self._left_out = 0
        self._end = 0
        self._marks: list[Mark] = []

    def chunk(self, pcm: bytes, marks: list[Mark]) -> VoiceChunk | None:
        """The next chunk, or None when it holds only leading quiet."""
        sound = np.frombuffer(pcm, np.int16)
        self._marks += marks
        self._end += len(sound)
        if not self._started:
            loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > QUIET)
            self._started = len(loud) > 0
            quiet = int(loud[0]) if self._started else len(sound)
            self._left_out += quiet
            sound = sound[quiet:]
        if not len(sound):
            return None
        begun = [mark for mark in self._marks if mark.sample < self._end]
        self._marks = self._marks[len(begun) :]
        return VoiceChunk(sound, tuple(self._phonemes(begun)), tuple(self._spoken(begun)))

    def _second(self, mark: Mark) -> float:
        return max(0, mark.sample - self._left_out) / self._rate_hz

    def _phonemes(self, marks: list[Mark]) -> list[PhonemeTime]:
        found: list[PhonemeTime] = []
        for mark in marks:
            if mark.ipa is not None and not (mark.ipa == "" and found and found[-1].ipa == ""):
                found.append(PhonemeTime(mark.ipa, self._second(mark)))
        return found

    def _spoken(self, marks: list[Mark]) -> list[WordTime]:
        """espeak-ng reports "3.5" as three words and "I am" sometimes as one: the first mark in a written word counts."""
        found = []
        for mark in marks:
            if mark.ipa is not None:
                continue
            while self._words and self._words[0][1] <= mark.character:
                self._words.pop(0)
            if self._words and self._words[0][0] <= mark.character:
                found.append(WordTime(*self._words.pop(0), self._second(mark)))
        return found


def speakable(text: str) -> str:
    """The text with a space for every character that no voice can say (emoji, controls); as many characters as before."""
    return "".join(" " if is_unspeakable(character) else character for character in text)
