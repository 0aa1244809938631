"""Faculties of the avatar: what it can still do without the actors that were given up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bus.messages import CallHealth

MIND = ("llm", "chunker")
VOICE = ("chunker", "tts", "av-sync", "mic-out")


@dataclass(frozen=True, slots=True)
class Faculties:
    """All of them, unless it is known better."""

    notices: bool = True
    """That somebody begins or ceases to speak (vad)."""
    understands: bool = True
    """Spoken words (asr)."""
    thinks: bool = True
    """Its answers can come and be cut into sentences."""
    speaks: bool = True
    """What it is to say can be heard."""

    @classmethod
    def of(cls, health: CallHealth) -> Self:
        """What the call's health leaves. Whatever may come back by itself is waited for."""
        return cls(
            notices=not health.without("vad"),
            understands=not health.without("asr"),
            thinks=not any(map(health.without, MIND)),
            speaks=not any(map(health.without, VOICE)),
        )
