"""Rules engine: the end of a turn judged by the last words alone."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.turn_manager.endpoint import looks_complete


class RulesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the engine "rules"."""

    unfinished_words: tuple[str, ...] = ()
    """Further words that leave a sentence open when they come last, beside the built-in English and Ukrainian ones."""


class Rules:
    """Last words in, "finished" or "more to come" out."""

    Settings: ClassVar = RulesSettings

    def __init__(self, settings: RulesSettings) -> None:
        self._more = frozenset(word.lower() for word in settings.unfinished_words)

    async def load(self) -> None:
        """Nothing to load."""

    async def listen(self, pcm: NDArray[np.int16]) -> float | None:
        """It judges by the words alone."""
        return None

    def looks_complete(self, text: str, language: str, heard: float | None) -> bool:
        """See `endpoint.looks_complete`; the language does not matter to it."""
        return looks_complete(text, self._more)

    async def close(self) -> None:
        """Nothing to free."""
