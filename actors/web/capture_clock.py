"""CaptureClock: when the samples of a browser's microphone were captured, from when they arrived."""

from __future__ import annotations

from bus.clock import MS, SECOND

RATE_HZ = 16_000
DRIFT = 0.001
"""How fast the estimate may move to later, seconds a second; sound cards differ by some 0.0001."""
NEW_START_NS = 500 * MS


class CaptureClock:
    """Counts samples, and takes the least delayed arrival as the truth: network and browser only ever delay.

    The result is even (jitter of the arrival does not show) and never later than arrival minus duration.
    """

    def __init__(self) -> None:
        self._next_ns: int | None = None

    def stamp(self, samples: int, arrived_ns: int) -> int:
        """Capture time of the first of `samples` that arrived at `arrived_ns`, in ns of the host's clock."""
        duration_ns = samples * SECOND // RATE_HZ
        latest_ns = arrived_ns - duration_ns
        at_ns = latest_ns if self._next_ns is None else self._next_ns
        if latest_ns - at_ns > NEW_START_NS:
            at_ns = latest_ns
        at_ns = min(latest_ns, at_ns + int(duration_ns * DRIFT))
        self._next_ns = at_ns + duration_ns
        return at_ns
