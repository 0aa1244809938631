"""Scripts: typed texts that wait to be spoken word for word, and how long a typed text may be."""

from __future__ import annotations

from collections import deque

MAX_TEXT = 8_000
"""Characters of a typed text; the page and the command line refuse a longer one before it comes here."""
MAX_SCRIPTS = 16
"""Texts that may wait to be spoken; one more is dropped and logged."""


class Scripts:
    """First in, first out."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, text: str) -> bool:
        """Keeps a text; False when there is no room."""
        if len(self._waiting) >= MAX_SCRIPTS:
            return False
        self._waiting.append(text)
        return True

    def next(self) -> str:
        """The text that has waited longest."""
        return self._waiting.popleft()

    def hush(self) -> int:
        """Drops all; how many."""
        count = len(self._waiting)
        self._waiting.clear()
        return count
