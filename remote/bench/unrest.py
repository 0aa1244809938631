"""Unrest of the machine: how late a bare timer wakes up while a call runs, so that its gaps can be told from the call's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.messages.picture import FPS

BEAT_NS = SECOND // FPS
LATE_NS = 10 * MS
"""A beat so late is noted with its time."""
MOST = 100_000


class Unrest:
    """Beats of a timer as fast as the camera in; its worst gap out. It has nothing to do but to be on time."""

    def __init__(self) -> None:
        self.worst_ms = 0.0
        self.late: list[tuple[int, float]] = []
        """When beats were late, and by how many ms."""
        self._last_ns = 0

    def beat(self, at_ns: int) -> None:
        """The timer woke up."""
        if self._last_ns:
            self.worst_ms = max(self.worst_ms, (at_ns - self._last_ns) / MS)
            late_ns = at_ns - self._last_ns - BEAT_NS
            if late_ns > LATE_NS and len(self.late) < MOST:
                self.late.append((at_ns, round(late_ns / MS, 1)))
        self._last_ns = at_ns


@contextmanager
def unrest() -> Iterator[Unrest]:
    """Measures while the block runs."""
    found, ended = Unrest(), threading.Event()

    def run() -> None:
        while not ended.is_set():
            now = now_ns()
            sleep_ms(((now // BEAT_NS + 1) * BEAT_NS - now) / MS)
            found.beat(now_ns())

    timer = threading.Thread(target=run, daemon=True)
    timer.start()
    try:
        yield found
    finally:
        ended.set()
        timer.join()
