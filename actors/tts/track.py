"""Track of one reply: lays the sound of its sentences end to end and counts every sample. Pure: no clock, no I/O."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from actors.tts.engine import VoiceChunk, WordTime
from actors.tts.resample import Resampler
from actors.tts.words import guess_words, place_words
from bus.messages import RATE_HZ, Phoneme, SpokenText, VoiceAudio

PIECE_SAMPLES = RATE_HZ // 10
"""At most 100 ms in one message, so that little is under way when a barge-in comes."""
SILENCE = ""
"""The phoneme of a mouth at rest."""
SENTENCE_ENDS, CLAUSE_ENDS, CLOSERS = ".!?…", ",;:—–-", "\"'»”’)]"


class Track:
    """`position` counts the samples laid so far; sentences go through `begin`, `lay` (many times) and `finish`."""

    def __init__(self, rate_hz: int, pause_ms: int) -> None:
        self.position = 0
        self._rate_hz = rate_hz
        self._pause_ms = pause_ms
        self._before = ""
        self._open("", 0)

    def _open(self, text: str, sentence: int) -> None:
        self._sentence, self._text, self._start = sentence, text, self.position
        self._resampler = Resampler(self._rate_hz)
        self._phonemes: list[Phoneme] = []
        self._words: list[WordTime] = []

    def begin(self, sentence: int, text: str) -> Iterator[VoiceAudio]:
        """Opens a sentence; gives the pause between it and the one before, none at the start of the reply."""
        self._open(text, sentence)
        pause = _pause(self._before, self._pause_ms) * RATE_HZ // 1_000 if self.position else 0
        self._before = text
        if pause:
            self._phonemes.append(Phoneme(SILENCE, self.position))
        yield from self._cut(np.zeros(pause, np.int16))
        self._start = self.position

    def guess(self) -> SpokenText:
        """Where the words of the open sentence will be, more or less."""
        return SpokenText(sentence=self._sentence, words=guess_words(self._text, self._start))

    def lay(self, chunk: VoiceChunk) -> Iterator[VoiceAudio]:
        """Takes a chunk of the open sentence; gives pieces of at most 100 ms as soon as they can be given."""
        self._phonemes += [Phoneme(p.ipa, self._start + round(p.start_s * RATE_HZ)) for p in chunk.phonemes]
        self._words += chunk.words
        yield from self._cut(self._resampler.hear(chunk.pcm))

    def finish(self) -> Iterator[VoiceAudio | SpokenText]:
        """The sound that was kept back, and where the words really are."""
        yield from self._cut(self._resampler.finish())
        words = place_words(self._text, self._words, self._start, self.position)
        yield SpokenText(sentence=self._sentence, words=words)

    def _cut(self, sound: NDArray[np.int16]) -> Iterator[VoiceAudio]:
        for first in range(0, len(sound), PIECE_SAMPLES):
            piece = sound[first : first + PIECE_SAMPLES]
            end = self.position + len(piece)
            begun = tuple(phoneme for phoneme in self._phonemes if phoneme.position < end)
            self._phonemes = self._phonemes[len(begun) :]
            position, self.position = self.position, end
            yield VoiceAudio(
                sentence=self._sentence, position=position, phonemes=begun, payload=piece.astype("<i2").tobytes()
            )


def _pause(before: str, pause_ms: int) -> int:
    """The whole pause after a sentence, half of it after a clause, none where a long clause was merely cut in two."""
    last = before.rstrip().rstrip(CLOSERS)[-1:]
    if last and last in SENTENCE_ENDS:
        return pause_ms
    return pause_ms // 2 if last and last in CLAUSE_ENDS else 0
