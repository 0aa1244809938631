"""Unspeakable characters: what stands in a text but no voice can say, such as emoji."""

from __future__ import annotations

import unicodedata

SPOKEN_SYMBOLS = frozenset("°№©®™")
"""Symbols that voices do read."""
CATEGORIES = frozenset({"So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Me"})
"""Unicode categories of symbols, controls, surrogates and unassigned characters."""
VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))


def has_words(text: str) -> bool:
    """Whether a voice would make any sound of a text; of emoji and punctuation alone it makes none."""
    return any(character.isalnum() for character in text)


def is_unspeakable(character: str) -> bool:
    """Whether a voice is to be spared the character. White space other than a blank (such as a new line) counts too."""
    if character.isascii():
        return not character.isprintable() or character in "^`"
    if character in VARIATION_SELECTORS:
        return True
    return character not in SPOKEN_SYMBOLS and unicodedata.category(character) in CATEGORIES
