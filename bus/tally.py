"""Tally of dropped messages: by topic and reason, and each kind logged once."""

from __future__ import annotations

import logging
from collections import Counter

from bus.control import Drops

MAX_KINDS = 512


class Tally:
    """Counts drops. No drop is silent: the counts travel with every heartbeat, the first of a kind is logged."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, topic: str, reason: str, count: int = 1, detail: str = "") -> None:
        """One more drop. Topics come from the network, so the kinds are bounded."""
        key = (topic, reason)
        if key not in self._counts:
            if len(self._counts) >= MAX_KINDS:
                key = ("(others)", reason)
            self._log.warning("dropped topic=%s reason=%s %s", key[0], reason, detail)
        self._counts[key] += count

    def __getitem__(self, key: tuple[str, str]) -> int:
        return self._counts[key]

    @property
    def total(self) -> int:
        """All drops."""
        return self._counts.total()

    def drops(self) -> tuple[Drops, ...]:
        """The counts, most first."""
        return tuple(Drops(topic, reason, count) for (topic, reason), count in self._counts.most_common())
