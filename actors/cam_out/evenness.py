"""Evenness of the camera: how many pictures a second, and the worst wait between two."""

from __future__ import annotations

from bus.clock import MS, SECOND
from bus.messages import CameraHealth


class Evenness:
    """Times of pictures in, one report each second out."""

    def __init__(self) -> None:
        self._since_ns: int | None = None
        self._last_ns = 0
        self._worst_ns = 0
        self._count = 0

    def shown(self, now_ns: int, trouble: str = "") -> CameraHealth | None:
        """A picture was really shown now; the report of the last second when one is full."""
        if self._since_ns is None:
            self._since_ns = self._last_ns = now_ns
            return None
        self._count += 1
        self._worst_ns = max(self._worst_ns, now_ns - self._last_ns)
        self._last_ns = now_ns
        past_ns = now_ns - self._since_ns
        if past_ns < SECOND - 20 * MS:
            return None
        health = CameraHealth(
            fps=round(self._count * SECOND / past_ns, 2), worst_gap_ms=round(self._worst_ns / MS, 1), trouble=trouble
        )
        self._since_ns, self._worst_ns, self._count = now_ns, 0, 0
        return health
