"""Pace: which pictures a network can draw in time, and which are left out because they would come late."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bus.clock import MS, SECOND

FRAME_NS = SECOND // 25
_NEWEST = 0.2
"""How much the last measurement counts."""


class Pace:
    """Pure: how long batches take goes in, what to draw next comes out. One for each engine; `begin` for each reply."""

    def __init__(self, cost_ns: Mapping[int, int], late_ms: int) -> None:
        self._cost_ns = dict(cost_ns)
        self._late_ns = late_ms * MS
        self._anchor_ns: int | None = None
        self._next = 0

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of batch to use, ascending: where the largest is too slow for real time, single pictures."""
        largest = max(self._cost_ns)
        single = min(self._cost_ns)
        return tuple(sorted(self._cost_ns)) if self._cost_ns[largest] <= largest * FRAME_NS else (single,)

    def size_for(self, pictures: int) -> int:
        """The smallest size of batch that holds so many pictures, or the largest."""
        return next((size for size in self.sizes if size >= pictures), self.sizes[-1])

    @property
    def stride(self) -> int:
        """Of so many pictures one is drawn; 1 where the network keeps up."""
        size = self.sizes[-1]
        return max(1, math.ceil(self._cost_ns[size] / (size * FRAME_NS)))

    @property
    def fps(self) -> float:
        """Pictures a second that the network can draw."""
        size = self.sizes[-1]
        return size * SECOND / max(self._cost_ns[size], 1)

    def took(self, size: int, took_ns: int) -> None:
        """A batch of `size` took so long."""
        before = self._cost_ns[size]
        self._cost_ns[size] = round(before + (took_ns - before) * _NEWEST)

    def begin(self) -> None:
        """A new reply: when it is heard is not known yet."""
        self._anchor_ns, self._next = None, 0

    def heard(self, frame: int, now_ns: int) -> None:
        """Sound that begins with picture `frame` came just now: it cannot have been heard before."""
        begin_ns = now_ns - frame * FRAME_NS
        self._anchor_ns = begin_ns if self._anchor_ns is None else max(self._anchor_ns, begin_ns)

    def due_ns(self, frame: int) -> int:
        """When picture `frame` has to be there at the latest."""
        assert self._anchor_ns is not None, "heard() comes first"
        return self._anchor_ns + frame * FRAME_NS + self._late_ns

    def is_urgent(self, frame: int, now_ns: int) -> bool:
        """Whether `frame` would be late if it waited for another picture's sound before it is drawn."""
        return self.due_ns(frame) - self._cost_ns[self.sizes[0]] <= now_ns + FRAME_NS

    def choose(self, waiting: Sequence[int], now_ns: int) -> list[int]:
        """Those of `waiting` (ascending) that are worth drawing in one batch that begins now; the rest is to be left out."""
        ready_ns = now_ns + self._cost_ns[self.size_for(len(waiting))]
        kept = []
        for frame in waiting:
            if frame >= self._next and self.due_ns(frame) >= ready_ns:
                kept.append(frame)
                self._next = frame + self.stride
        return kept
