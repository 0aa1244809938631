"""Engine seam of turn-manager: has the user finished?"""

from __future__ import annotations

from typing import Protocol


class EndOfTurn(Protocol):
    """Judges whether a turn that has fallen silent looks finished."""

    def looks_complete(self, text: str, language: str) -> bool:
        """True: the short wait is enough. `text`: all words of the turn so far; `language`: BCP 47, such as "uk"."""
        ...
