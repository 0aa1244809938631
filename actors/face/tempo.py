"""Tempo: how fast an engine draws, whichever it is; counted from outside."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from bus.clock import MS, SECOND
from bus.messages import FaceHealth

_RECENT = 50
"""Calls of the engine that a figure is the mean of."""


class Tempo:
    """Pure: pictures and the time they took go in, now and then their health comes out."""

    def __init__(self) -> None:
        self._recent: deque[tuple[int, int]] = deque(maxlen=_RECENT)
        self._next = 0
        self._drawn = self._left_out = 0
        self._spent_ns = 0
        self._told_ns = 0
        self._news = False

    def begin(self, frame: int) -> None:
        """A reply begins, or goes on behind missing sound, with picture `frame`."""
        self._next = frame
        self._spent_ns = 0

    def drew(self, pictures: Sequence[int], took_ns: int) -> None:
        """A call of the engine took so long and gave these pictures; calls that give none count to the next that does."""
        self._spent_ns += took_ns
        if not pictures:
            return
        self._recent.append((len(pictures), self._spent_ns))
        self._spent_ns = 0
        self._drawn += len(pictures)
        self._left_out += max(pictures[-1] + 1 - self._next - len(pictures), 0)
        self._next = pictures[-1] + 1
        self._news = True

    def told(self, now_ns: int, over: bool = False) -> FaceHealth | None:
        """The health, each second and at the end of a reply; None when nothing was drawn since the last time."""
        if not self._news or not (over or (self._told_ns and now_ns - self._told_ns >= SECOND)):
            self._told_ns = self._told_ns or now_ns
            return None
        self._told_ns, self._news = now_ns, False
        pictures, spent_ns = (sum(column) for column in zip(*self._recent, strict=True))
        return FaceHealth(
            fps=round(pictures * SECOND / max(spent_ns, 1), 1),
            batch_ms=round(spent_ns / len(self._recent) / MS, 1),
            drawn=self._drawn,
            left_out=self._left_out,
        )
