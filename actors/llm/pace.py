"""Pace of an answer: when its pieces came in, how fast that was out."""

from __future__ import annotations

from actors.llm.engine import Cost
from bus.clock import MS, SECOND
from bus.messages import AnswerCost


class Pace:
    """Counts the pieces of one answer. Times in nanoseconds of this host's clock."""

    def __init__(self, begun_ns: int) -> None:
        self._begun_ns = begun_ns
        self._first_ns = 0
        self._last_ns = 0
        self._pieces = 0

    def note(self, now_ns: int) -> None:
        """A piece came."""
        self._first_ns = self._first_ns or now_ns
        self._last_ns = now_ns
        self._pieces += 1

    def cost(self, told: Cost, failed: str = "") -> AnswerCost:
        """The figures; `told`: those that the engine knows."""
        tokens = told.tokens or self._pieces
        took_s = (self._last_ns - self._first_ns) / SECOND
        return AnswerCost(
            first_ms=round((self._first_ns - self._begun_ns) / MS, 1) if self._pieces else 0.0,
            tokens=tokens,
            tokens_per_s=round((tokens - 1) / took_s, 1) if took_s > 0 else 0.0,
            prompt_tokens=told.prompt_tokens,
            reused_tokens=told.reused_tokens,
            left_out=told.left_out,
            failed=failed,
        )
