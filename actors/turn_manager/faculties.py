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
    whole: bool = True
    """Nobody of those who make and speak its answers is away; who is may come back, with all that is on its way."""

    @classmethod
    def of(cls, health: CallHealth) -> Self:
        """What the call's health leaves. Whatever may come back by itself is waited for."""
        return cls(
            notices=not health.without("vad"),
            understands=not health.without("asr"),
            thinks=not any(map(health.without, MIND)),
            speaks=not any(map(health.without, VOICE)),
            whole=not any(health.absent(each) and not health.without(each) for each in {*MIND, *VOICE}),
        )
