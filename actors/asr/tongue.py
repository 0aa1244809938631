"""Tongue of the person: the language of an utterance, given or guessed once. Pure.

Whisper guesses a language from a second of sound or more; from less it guesses wildly, and Ukrainian is often taken for
Russian. So the languages that may be spoken can be named, and a short utterance is of the language of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

LEAST_MS = 1_000
"""From less sound no language is guessed if another utterance had one."""
SURE = 0.5
"""A guess below this counts for less than the language of the utterance before."""

Guess = Sequence[tuple[str, float]]
"""Languages with their probabilities."""


class Tongue:
    """Remembers the language from one utterance to the next."""

    def __init__(self, fixed: str | None, among: Sequence[str] = ()) -> None:
        self._fixed = fixed
        self._among = frozenset(among)
        self._last = fixed

    @property
    def known(self) -> bool:
        """Whether even a short sound has a language."""
        return self._last is not None

    def choose(self, sound_ms: int, guess: Callable[[], Guess]) -> tuple[str, bool]:
        """The language of an utterance that is so long by now, and whether that is settled. `guess` costs a pass."""
        if self._fixed is not None:
            return self._fixed, True
        if sound_ms < LEAST_MS and self._last is not None:
            return self._last, False
        allowed = [(chance, language) for language, chance in guess() if not self._among or language in self._among]
        if not allowed:
            return self._last or next(iter(sorted(self._among)), "en"), True
        chance, language = max(allowed)
        if self._last is not None and chance < SURE * sum(each for each, _ in allowed):
            language = self._last
        self._last = language
        return language, True
