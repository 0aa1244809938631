"""Posts to another hub: words of the control lane, kept until it is known that they came. Pure.

Nobody sends them again: one that is lost with a connection, or is said while there is none, would leave a voice held for
ever. So they are said again when both hubs have met anew. Who heard one knows it by its time.
"""

from __future__ import annotations

from collections import deque

from bus.clock import SECOND
from bus.parcel import Frames

MOST = 32
SETTLED_NS = 3 * SECOND
"""Kept so long after they came: that hub may die with one half told (see bus/uplink.py)."""


class Posts:
    """To one other hub."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Frames]] = deque()  # when each was said; 0: it was not

    def add(self, frames: Frames, said_ns: int) -> Frames | None:
        """One more. Gives the oldest, when there are too many and it may not have come."""
        self._kept.append((said_ns, frames))
        return self._kept.popleft()[1] if len(self._kept) > MOST else None

    def came(self, before_ns: int) -> None:
        """All that was said before this has come."""
        while self._kept and 0 < self._kept[0][0] < before_ns - SETTLED_NS:
            self._kept.popleft()

    def lost(self) -> None:
        """The connection is gone: all may be."""
        self._kept = deque((0, frames) for _, frames in self._kept)

    def again(self, at_ns: int) -> list[Frames]:
        """What is still to be said, or once more, in order; it is said now."""
        unsaid = [frames for said_ns, frames in self._kept if not said_ns]
        self._kept = deque((said_ns or at_ns, frames) for said_ns, frames in self._kept)
        return unsaid
