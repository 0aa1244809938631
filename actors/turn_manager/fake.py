"""Fake engine of turn-manager: every text looks finished, except those that a test names."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray


class FakeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the engine "fake"."""

    unfinished: tuple[str, ...] = ()
    """Texts that look unfinished."""
    hears: float | None = None
    """What it says of every sound."""


class FakeEndOfTurn:
    """Says what it was told to say."""

    Settings: ClassVar = FakeSettings

    def __init__(self, settings: FakeSettings) -> None:
        self._unfinished = frozenset(settings.unfinished)
        self._hears = settings.hears
        self.heard: list[NDArray[np.int16]] = []
        """The sounds that it was given."""

    async def load(self) -> None:
        """Nothing to load."""

    async def listen(self, pcm: NDArray[np.int16]) -> float | None:
        """What the settings say."""
        self.heard.append(pcm)
        return self._hears

    def looks_complete(self, text: str, language: str, heard: float | None) -> bool:
        """By ear if it heard something; else false for the texts of the settings."""
        return heard > 0.5 if heard is not None else text not in self._unfinished

    async def close(self) -> None:
        """Nothing to free."""
