"""Heard words of a reply: which of the words that were spoken really reached an ear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bus.messages import Place, SentenceEnd, SpokenText, SpokenWord


class Heard:
    """Places of words and the played position in, the heard text out. All may come in any order."""

    def __init__(self) -> None:
        self.position = 0
        """All samples of the reply below this one were heard."""
        self.to_the_end = False
        """The reply was played to its end."""
        self._sentences: dict[int, tuple[SpokenWord, ...]] = {}
        self._ends: dict[int, tuple[int, int]] = {}

    @property
    def sentences(self) -> dict[int, tuple[SpokenWord, ...]]:
        """What is known of the places of the words, from the start of each sentence."""
        return dict(self._sentences)

    @property
    def ends(self) -> dict[int, tuple[int, int]]:
        """How many samples each sentence has, and how many of silence are behind it."""
        return dict(self._ends)

    def learn(self, told: SpokenText | SentenceEnd) -> None:
        """Where the words of a sentence are (replaces what was known of that), or where it ends."""
        if isinstance(told, SpokenText):
            self._sentences[told.sentence] = told.words
        else:
            self._ends[told.sentence] = (told.samples, told.pause)

    def restore(self, sentences: dict[int, tuple[SpokenWord, ...]], ends: dict[int, tuple[int, int]]) -> None:
        """Goes on with what an earlier life knew."""
        self._sentences, self._ends = dict(sentences), dict(ends)

    @property
    def text(self) -> str:
        """The words from the start of the reply up to the first one of which less than half was heard."""
        sentences: list[str] = []
        for words, start in self._placed():
            heard = _count_heard(words, self.position - start)
            sentences.append("".join(word.text for word in words[:heard]).strip())
            if heard < len(words):
                break
        return " ".join(filter(None, sentences))

    @property
    def nothing(self) -> bool:
        """No word was heard; where no word's place is known, no sound was."""
        return not self.text and (bool(self._sentences) or not self.position)

    def _placed(self) -> Iterator[tuple[tuple[SpokenWord, ...], int]]:
        """Words and first sample of each sentence whose place is known: those before it are complete. Behind one that got
        lost nothing has a place, but was heard when the reply was played to its end."""
        place = Place(turn=0, gen=0)
        known = True
        for index in range(max(self._sentences, default=-1) + 1):
            words = self._sentences.get(index, ())
            if known or self.to_the_end:
                yield words, place.start if known else -_FAR
            known = known and index in self._ends
            place = place.after(*self._ends.get(index, (0, 0)))


_FAR = 10**12
"""Samples: longer than any reply."""


def _count_heard(words: Sequence[SpokenWord], position: int) -> int:
    """How many words, from the first on, were heard; a word without length was when anything after it was."""
    for count, word in enumerate(words):
        if position <= word.start or 2 * position < word.start + word.end:
            return count
    return len(words)
