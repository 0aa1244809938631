"""Agreement of hypotheses: of words that still change, those that two passes in a row have heard. Pure.

LocalAgreement-2 (Liu et al., 2020; used by whisper_streaming): a model that hears the same sound again, and a little more, changes
its mind about the end of it. What stands in both is told.
"""

from __future__ import annotations

from collections.abc import Sequence

_MARKS = ".,;:!?…\"'“”«»()[]-–—"


class Agreement:
    """Hypotheses of one utterance in, each heard from its beginning; the words to be told out."""

    def __init__(self) -> None:
        self._before: Sequence[str] = ()
        self._agreed = 0

    def hear(self, words: Sequence[str]) -> str | None:
        """The next hypothesis; gives the agreed words when there are more of them than ever before."""
        common = 0
        for one, other in zip(self._before, words, strict=False):
            if _bare(one) != _bare(other):
                break
            common += 1
        self._before = words
        if common <= self._agreed:
            return None
        self._agreed = common
        return " ".join(words[:common])


def _bare(word: str) -> str:
    """Case and punctuation change with what follows."""
    return word.strip(_MARKS).casefold()
