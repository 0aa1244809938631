"""Tally of dropped messages: by topic and reason, and each kind logged once."""

from __future__ import annotations

import logging
import threading
from collections import Counter

from bus.control import Drops

MAX_KINDS = 512
MAX_DETAIL = 200
"""Characters of a detail in the log: some of it comes from the network."""


class Tally:
    """Counts drops, from any thread. No drop is silent: the counts travel with every heartbeat, the first of a kind is logged."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, topic: str, reason: str, count: int = 1, detail: str = "") -> None:
        """One more drop. Topics come from the network, so the kinds are bounded."""
        key = (topic, reason)
        with self._lock:
            first = key not in self._counts
            if first and len(self._counts) >= MAX_KINDS:
                key = ("(others)", reason)
                first = key not in self._counts
            self._counts[key] += count
        if first:
            self._log.warning("dropped topic=%s reason=%s %s", key[0], reason, detail[:MAX_DETAIL])

    def __getitem__(self, key: tuple[str, str]) -> int:
        return self._counts[key]

    @property
    def total(self) -> int:
        """All drops."""
        with self._lock:
            return self._counts.total()

    def drops(self) -> tuple[Drops, ...]:
        """The counts, most first."""
        with self._lock:
            return tuple(Drops(topic, reason, count) for (topic, reason), count in self._counts.most_common())
