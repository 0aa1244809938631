"""Ways of stream messages from the other hub to this one: how long the latest of them were on the road. Pure."""

from __future__ import annotations

from collections import deque

from bus.parcel import ROADS, Road

KEEP = 1_000
"""Half a minute of sound in slices."""


class Ways:
    """The latest ways on each road, in ns of this clock: from leaving the other hub, what waits there for room not among them."""

    def __init__(self) -> None:
        self._took: dict[Road, deque[int]] = {road: deque(maxlen=KEEP) for road in ROADS}

    def took(self, road: Road, way_ns: int) -> None:
        """One has come."""
        self._took[road].append(way_ns)

    def worst_ns(self, road: Road, part: float = 0.99) -> int:
        """The way that this part of them did not exceed; 0 while none has come."""
        took = sorted(self._took[road])
        return took[min(len(took) - 1, int(part * len(took)))] if took else 0
