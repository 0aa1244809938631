"""Track of one sentence: cuts its sound into pieces and counts every sample. Pure: no clock, no I/O."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from actors.tts.engine import VoiceChunk, WordTime
from actors.tts.resample import Resampler
from actors.tts.words import guess_words, place_words
from bus.messages import RATE_HZ, Phoneme, SentenceEnd, SpokenText, VoiceAudio

FIRST_PIECES = (RATE_HZ // 50, RATE_HZ * 8 // 100)
"""20 ms, so that the sound can begin, and what makes it the 100 ms that a mouth needs."""
PIECE_SAMPLES = RATE_HZ // 10
"""100 ms in every other message, so that little is under way when a barge-in comes."""
SENTENCE_ENDS, CLAUSE_ENDS, CLOSERS = ".!?…", ",;:—–-", "\"'»”’)]"


class Track:
    """A sentence goes through `guess`, `lay` (many times), `finish` and `end`.

    Where it is cut depends on nothing but the count of samples: when another process speaks the sentence again, its pieces
    are the same ones.
    """

    def __init__(self, sentence: int, text: str, rate_hz: int) -> None:
        self.position = 0
        self._sentence, self._text = sentence, text
        self._resampler = Resampler(rate_hz)
        self._waiting: NDArray[np.int16] = np.zeros(0, np.int16)
        self._pieces = 0
        self._phonemes: list[Phoneme] = []
        self._words: list[WordTime] = []

    def guess(self) -> SpokenText:
        """Where the words will be, more or less."""
        return SpokenText(sentence=self._sentence, words=guess_words(self._text))

    def lay(self, chunk: VoiceChunk) -> Iterator[VoiceAudio]:
        """Takes a chunk of the sound; gives the pieces that are full."""
        self._phonemes += [Phoneme(p.ipa, round(p.start_s * RATE_HZ)) for p in chunk.phonemes]
        self._words += chunk.words
        yield from self._cut(self._resampler.hear(chunk.pcm))

    def finish(self) -> Iterator[VoiceAudio | SpokenText]:
        """The sound that was kept back, and where the words really are."""
        yield from self._rest()
        yield SpokenText(sentence=self._sentence, words=place_words(self._text, self._words, self.position))

    def break_off(self) -> Iterator[VoiceAudio | SpokenText]:
        """The same for a sentence whose sound broke off: its words are those that are likely to have been said."""
        yield from self._rest()
        said = tuple(word for word in guess_words(self._text) if word.end <= self.position)
        yield SpokenText(sentence=self._sentence, words=said)

    def end(self, pause_ms: int) -> SentenceEnd:
        """The mark behind the last piece. After a whole sentence is a pause of `pause_ms`."""
        pause = _pause(self._text, pause_ms) * RATE_HZ // 1_000
        return SentenceEnd(sentence=self._sentence, samples=self.position, pause=pause if self.position else 0)

    def _rest(self) -> Iterator[VoiceAudio]:
        yield from self._cut(self._resampler.finish())
        if self._waiting.size:
            yield self._piece(self._waiting.size)

    def _cut(self, sound: NDArray[np.int16]) -> Iterator[VoiceAudio]:
        self._waiting = np.concatenate((self._waiting, sound))
        while self._waiting.size >= (size := (*FIRST_PIECES, PIECE_SAMPLES)[min(self._pieces, len(FIRST_PIECES))]):
            yield self._piece(size)

    def _piece(self, size: int) -> VoiceAudio:
        sound, self._waiting = self._waiting[:size], self._waiting[size:]
        position, self.position = self.position, self.position + size
        begun = tuple(phoneme for phoneme in self._phonemes if phoneme.position < self.position)
        self._phonemes = self._phonemes[len(begun) :]
        self._pieces += 1
        return VoiceAudio(
            sentence=self._sentence, position=position, phonemes=begun, payload=sound.astype("<i2").tobytes()
        )


def _pause(text: str, pause_ms: int) -> int:
    """The whole pause after a sentence, half of it after a clause, none where a long clause was merely cut in two."""
    last = text.rstrip().rstrip(CLOSERS)[-1:]
    if last and last in SENTENCE_ENDS:
        return pause_ms
    return pause_ms // 2 if last and last in CLAUSE_ENDS else 0
