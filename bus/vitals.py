"""Vitals of an actor: how many messages it handles, how long that takes, how late its event loop runs."""

from __future__ import annotations

import asyncio
from collections import deque

from bus.clock import MS, SECOND, now_ns
from bus.control import Pulse
from bus.tally import Tally

KEPT = 512
LAG_PERIOD_S = 0.5
RATE_WINDOW_NS = 5 * SECOND


class Vitals:
    """Measures; `pulse()` may be asked from another thread."""

    def __init__(self, tally: Tally) -> None:
        self.handled = 0
        self._tally = tally
        self._durations: deque[int] = deque(maxlen=KEPT)
        self._history: deque[tuple[int, int]] = deque([(now_ns(), 0)], maxlen=16)
        self._lag_ns = 0
        self._round_ns = now_ns()

    def note(self, started_ns: int) -> None:
        """One message was handled."""
        self.handled += 1
        self._durations.append(now_ns() - started_ns)

    def pulse(self, queue: int = 0, busy_since_ns: int = 0) -> Pulse:
        """The state of things, for a heartbeat. `busy_since_ns`: when the oldest message in hand was taken; 0: none is."""
        at = now_ns()
        overdue_ns = at - self._round_ns - int(LAG_PERIOD_S * SECOND)
        self._history.append((at, self.handled))
        since, count = next(((t, n) for t, n in self._history if at - t <= RATE_WINDOW_NS), (at, self.handled))
        rate = (self.handled - count) * SECOND / (at - since) if at > since else 0.0
        times = sorted(self._durations)
        return Pulse(
            round(rate, 1),
            queue,
            _rank(times, 0.5),
            _rank(times, 0.99),
            self._lag_ns / MS,
            self.handled,
            self._tally.drops(),
            round(max(0, overdue_ns) / MS),
            round(max(0, at - busy_since_ns) / MS) if busy_since_ns else 0,
        )

    async def watch_lag(self) -> None:
        """Measures for ever how late the event loop wakes, and notes that it does."""
        while True:
            self._round_ns = now_ns()
            due = now_ns() + int(LAG_PERIOD_S * SECOND)
            await asyncio.sleep(LAG_PERIOD_S)
            self._lag_ns = max(0, now_ns() - due)


def _rank(times: list[int], share: float) -> float:
    return round(times[min(len(times) - 1, int(share * len(times)))] / MS, 3) if times else 0.0
