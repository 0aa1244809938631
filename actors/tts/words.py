"""Words of a sentence and where in the sound they are: from the engine's times, and by the share of characters between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from actors.tts.engine import WordTime
from bus.messages import RATE_HZ, SpokenWord

CHARACTERS_PER_S = 15
"""English and Ukrainian at a usual pace, about 165 words a minute."""


def place_words(text: str, times: Sequence[WordTime], samples: int) -> tuple[SpokenWord, ...]:
    """The words of `text`, each with its punctuation and the space after it, in [0, `samples`) of its sound.

    Words without one of the `times` are placed between their neighbours by characters. Joined, the words are the text and
    one space.
    """
    starts = [match.start() for match in re.finditer(r"\S+", text)]
    if not starts:
        return ()
    anchors = {0: 0, len(text): samples}
    for time in times:
        anchors[_word_at(starts, time.start)] = round(time.start_s * RATE_HZ)
    at = sorted(anchors)
    placed = np.interp(starts, at, np.clip(np.maximum.accumulate([anchors[i] for i in at]), 0, samples))
    edges = [*(round(float(sample)) for sample in placed), samples]
    slices = [0, *starts[1:], len(text)]
    words = [text[a:b] for a, b in pairwise(slices)]
    words[-1] = words[-1].rstrip() + " "
    return tuple(SpokenWord(word, edges[i], edges[i + 1]) for i, word in enumerate(words))


def guess_words(text: str) -> tuple[SpokenWord, ...]:
    """A first estimate, before any sound exists."""
    return place_words(text, (), len(text) * RATE_HZ // CHARACTERS_PER_S)


def _word_at(starts: Sequence[int], character: int) -> int:
    """Start of the written word that holds the character."""
    return max((start for start in starts if start <= character), default=starts[0])
