"""Skew: how far picture and sound are apart at the sinks."""

from __future__ import annotations

import statistics

from bus.clock import SECOND
from bus.messages import Skew


class SkewMeter:
    """Skews of single frames in, one report about each second of speech out."""

    def __init__(self) -> None:
        self._skews_ms: list[float] = []
        self._since_ns = 0

    def add(self, skew_ms: float, at_ns: int) -> Skew | None:
        """Takes the skew of a frame shown at `at_ns`; a report when a second is full."""
        if not self._skews_ms or at_ns - self._since_ns > 2 * SECOND:
            self._skews_ms, self._since_ns = [], at_ns
        self._skews_ms.append(skew_ms)
        if at_ns - self._since_ns < SECOND:
            return None
        skews, self._skews_ms = self._skews_ms, []
        return Skew(median_ms=statistics.median(skews), worst_ms=max(skews, key=abs), frames=len(skews))
