"""Spelling of a text as it is said: numbers, dates, times, money, units and abbreviations in words, in English and Ukrainian.

For voices that were trained on words only. Other languages stay as they are. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from actors.tts.spelling_en import ENGLISH
from actors.tts.spelling_uk import UKRAINIAN

Rule: TypeAlias = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
RULES: dict[str, Sequence[Rule]] = {"en": ENGLISH, "uk": UKRAINIAN}


@dataclass(frozen=True, slots=True)
class Spelled:
    """`text` as it is said. `marks`: places (in what was written, in `text`) that belong together, rising."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def at(self, written: int) -> int:
        """Where in `text` the character `written` is said; inside a number that was spelled out, its share of it."""
        found = max(0, bisect_right(self.marks, (written, len(self.text))) - 1)
        here, there = self.marks[found], self.marks[min(found + 1, len(self.marks) - 1)]
        share = (written - here[0]) / max(1, there[0] - here[0])
        return here[1] + round(share * (there[1] - here[1]))


def spell(text: str, language: str) -> Spelled:
    """The text in words. `language`: BCP 47. No digit is left in English and Ukrainian."""
    rules = RULES.get(language.partition("-")[0].lower(), ())
    ready, marks, at = "", [(0, 0)], 0
    upcoming = [(rule, rule[0].search(text)) for rule in rules]
    while True:
        upcoming = [
            (rule, match if match is None or match.start() >= at else rule[0].search(text, at))
            for rule, match in upcoming
        ]
        found = [(match.start(), number) for number, (_, match) in enumerate(upcoming) if match]
        if not found:
            break
        (_, say), match = upcoming[min(found)[1]]
        assert match is not None
        ready += text[at : match.start()]
        words = say(match)
        if ready and ready[-1].isalnum() and words[:1].isalnum():
            ready += " "
        marks.append((match.start(), len(ready)))
        at = match.end()
        ready += words
        if words[-1:].isalnum() and text[at : at + 1].isalpha():
            ready += " "
        marks.append((at, len(ready)))
    ready += text[at:]
    marks.append((len(text), len(ready)))
    return Spelled(ready, tuple(marks))
