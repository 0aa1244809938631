"""Fake engine of turn-manager: every text looks finished, except those that a test names."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class FakeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the engine "fake"."""

    unfinished: tuple[str, ...] = ()
    """Texts that look unfinished."""


class FakeEndOfTurn:
    """Says what it was told to say."""

    Settings: ClassVar = FakeSettings

    def __init__(self, settings: FakeSettings) -> None:
        self._unfinished = frozenset(settings.unfinished)

    def looks_complete(self, text: str, language: str) -> bool:
        """False for the texts of the settings."""
        return text not in self._unfinished
