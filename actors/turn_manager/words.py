"""Words of a text, as the rules of turns compare them: lower case, no punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+(?:['’ʼ-]\w+)*")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def words(text: str) -> list[str]:
    """The words of `text` in lower case; "Uh-huh, I’m…" gives ["uh-huh", "i'm"]."""
    return [word.lower().replace("’", "'").replace("ʼ", "'") for word in _WORD.findall(text)]


def join(*texts: str) -> str:
    """The texts that are not blank, with one space between them."""
    return " ".join(stripped for text in texts if (stripped := text.strip()))


def language_of(text: str) -> str:
    """Language of a text that nobody labelled: "uk" when any letter is Cyrillic, else "en"."""
    return "uk" if _CYRILLIC.search(text) else "en"


def listed(text: str) -> frozenset[str]:
    """The words of a list written as text, between blanks."""
    return frozenset(text.split())


def made_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Pattern that fully matches `" ".join(words(text))` when the text is nothing but these phrases, one or more."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?:(?:{'|'.join(map(re.escape, longest_first))})(?: |$))+")
