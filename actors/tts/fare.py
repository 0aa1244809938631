"""Fare of a sentence: how long its voice took, and for what it waited."""

from __future__ import annotations

from actors.tts.engine import VoiceChunk
from bus.clock import MS
from bus.messages import RATE_HZ, VoiceCost


class Fare:
    """Notes the chunks of one sentence. Times in nanoseconds of this host's clock."""

    def __init__(self, begun_ns: int) -> None:
        self._begun_ns = begun_ns
        self._first_ns: int | None = None
        self._last_ns = begun_ns
        self._waited_ms = 0.0

    def note(self, chunk: VoiceChunk, now_ns: int) -> None:
        """A chunk came."""
        self._first_ns = now_ns if self._first_ns is None else self._first_ns
        self._last_ns = now_ns
        self._waited_ms += chunk.waited_ms

    def cost(self, sentence: int, samples: int, failed: str = "") -> VoiceCost:
        """The figures of a sentence with so many samples at 48 kHz."""
        first_ns = self._begun_ns if self._first_ns is None else self._first_ns
        return VoiceCost(
            sentence=sentence,
            first_ms=round((first_ns - self._begun_ns) / MS, 1),
            whole_ms=round((self._last_ns - self._begun_ns) / MS, 1),
            sound_ms=round(samples * 1_000 / RATE_HZ, 1),
            waited_ms=round(self._waited_ms, 1),
            failed=failed,
        )
