"""Queue of pictures that wait to be drawn: in order, with those between them that need no drawing."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Waiting(NamedTuple):
    """Picture `frame`, of which `share` is the network's; 0: the mouth of the idle clip."""

    frame: int
    share: float


class Queue:
    """Pure: pictures go in as their sound becomes sure; batches come out."""

    def __init__(self, first_batch: int, batch: int) -> None:
        self._first_batch, self._batch = first_batch, batch
        self._waiting: deque[Waiting] = deque()
        self._want = first_batch

    def put(self, picture: Waiting) -> None:
        """The next picture."""
        self._waiting.append(picture)

    @property
    def first_drawn(self) -> int | None:
        """The first waiting picture that needs the network."""
        return next((picture.frame for picture in self._waiting if picture.share), None)

    def take(self, hurry: bool = False) -> list[Waiting]:
        """The pictures to give now: all idle ones up to the next that is drawn, then a batch of those if it is full.

        A batch is full with `batch` pictures; the first one after a silence already with `first_batch`, and any where
        speech ends behind it or with `hurry`. Pictures of two stretches of speech are never in one batch.
        """
        taken = []
        while self._waiting and not self._waiting[0].share:
            taken.append(self._waiting.popleft())
            self._want = self._first_batch
        if taken:
            return taken
        drawn = 0
        while drawn < min(len(self._waiting), self._batch) and self._waiting[drawn].share:
            drawn += 1
        ends = drawn < len(self._waiting) and not self._waiting[drawn].share
        if drawn and (drawn >= self._want or ends or hurry):
            self._want = self._batch
            return [self._waiting.popleft() for _ in range(drawn)]
        return []
