"""Invention of words: what Whisper writes where nobody spoke, and how it is told from speech. Pure.

Learned from subtitles, it thanks for watching when it hears breath, and says one phrase over and over. The thresholds are
those of Whisper's own transcription (Radford et al., 2022, section 4.5).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

Reason = Literal["silence", "guess", "loop", "phrase"]

PHRASES = frozenset(
    phrase.casefold()
    for phrase in (
        "thank you", "thanks for watching", "thank you for watching", "thank you very much", "please subscribe",
        "subtitles by the amara org community", "you", "bye", "bye bye", "the end",
        "дякую", "дякую за перегляд", "дякуємо за перегляд", "дякую за увагу", "до зустрічі", "до побачення",
        "підписуйтесь на канал", "субтитри", "субтитрувальниця", "редактор субтитрів",
        "продолжение следует", "спасибо за просмотр", "субтитры сделал dimatorzok", "редактор субтитров",
    )
)  # fmt: skip
"""Said by people, too: dropped only where the model itself doubts that it heard speech."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment of Whisper's output and what it says of itself."""

    text: str
    no_speech: float
    """Probability that nobody spoke, 0..1."""
    mean_logprob: float
    """Of its tokens; 0 is certain."""
    compression: float
    """Length of the text by its compressed length: high for loops."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a passage is not believed."""

    no_speech: float = 0.6
    doubt: float = 0.35
    """Of `no_speech`, for a known phrase."""
    least_logprob: float = -1.0
    guess_logprob: float = -1.8
    """Below it the words are a guess, whoever spoke."""
    most_compression: float = 2.4


def invented(passage: Passage, limits: Limits) -> Reason | None:
    """Why a passage is not believed; None: it is speech."""
    logprob = passage.mean_logprob if math.isfinite(passage.mean_logprob) else -math.inf
    if passage.no_speech > limits.no_speech and logprob < limits.least_logprob:
        return "silence"
    if logprob < limits.guess_logprob:
        return "guess"
    if passage.compression > limits.most_compression:
        return "loop"
    bare = " ".join(_WORD.findall(passage.text)).casefold()
    return "phrase" if bare in PHRASES and passage.no_speech > limits.doubt else None
