"""Heard words of a reply: which of the words that were spoken really reached an ear."""

from __future__ import annotations

from collections.abc import Sequence

from bus.messages import SpokenWord


class Heard:
    """Word positions and the played position in, the heard text out. Both may come in any order."""

    def __init__(self) -> None:
        self.position = 0
        """All samples of the reply below this one were heard."""
        self._sentences: dict[int, tuple[SpokenWord, ...]] = {}

    @property
    def sentences(self) -> dict[int, tuple[SpokenWord, ...]]:
        """What is known of the places of the words."""
        return dict(self._sentences)

    def speak(self, sentence: int, words: Sequence[SpokenWord]) -> None:
        """The words of a sentence; replaces what was known of that sentence."""
        self._sentences[sentence] = tuple(words)

    @property
    def text(self) -> str:
        """The words from the start of the reply up to the first one of which less than half was heard."""
        sentences: list[str] = []
        for index in sorted(self._sentences):
            words = self._sentences[index]
            heard = _count_heard(words, self.position)
            sentences.append("".join(word.text for word in words[:heard]).strip())
            if heard < len(words):
                break
        return " ".join(filter(None, sentences))

    @property
    def nothing(self) -> bool:
        """No word was heard; where no word's place is known, no sound was."""
        return not self.text and (bool(self._sentences) or not self.position)


def _count_heard(words: Sequence[SpokenWord], position: int) -> int:
    """How many words, from the first on, were heard; a word without length was when anything after it was."""
    for count, word in enumerate(words):
        if position <= word.start or 2 * position < word.start + word.end:
            return count
    return len(words)
