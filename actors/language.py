"""Language of a text, told by its script: enough to choose a voice, and never wrong about Cyrillic and Latin."""

from __future__ import annotations

CYRILLIC = frozenset({"uk", "ru", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "tt"})
"""Languages written in Cyrillic."""


def language_of(text: str, hint: str = "en") -> str:
    """BCP 47 language: `hint` when the text is in its script or has no letters, else Ukrainian or Russian for Cyrillic
    and English for any other script."""
    cyrillic = sum("\u0400" <= character <= "\u052f" for character in text)
    letters = sum(character.isalpha() for character in text)
    if not letters:
        return hint
    is_cyrillic = cyrillic * 2 > letters
    if is_cyrillic == (hint.partition("-")[0] in CYRILLIC):
        return hint
    if not is_cyrillic:
        return "en"
    russian = sum(character in "ыэёъ" for character in text.lower())
    ukrainian = sum(character in "іїєґ" for character in text.lower())
    return "ru" if russian > ukrainian else "uk"
