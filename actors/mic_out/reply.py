"""Reply: the sound of one answer, kept by position until it is heard."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]


@dataclass(slots=True)
class Reply:
    """Slices in, samples in order out. `position` is the next sample to be heard (48 kHz).

    av-sync sends at most a fraction of a second ahead of what is heard: that is the bound of `slices`.
    """

    turn: int
    gen: int
    position: int
    at_ns: int
    """Presentation time of its first sample."""
    started: bool = False
    silent: bool = True
    """Nothing of it sounds now: not begun, held, or starved."""
    gap_since_ns: int | None = None
    underflows: int = 0
    end: int | None = None
    """Samples in all; known when the last slice came."""
    slices: list[tuple[int, Pcm]] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int]:
        """Grows from reply to reply."""
        return self.turn, self.gen

    @property
    def complete(self) -> bool:
        """Everything of it was taken."""
        return self.end is not None and self.position >= self.end

    def add(self, position: int, pcm: Pcm, at_ns: int, *, last: bool) -> None:
        """Keeps a slice that begins at `position`; what was heard already is ignored."""
        if not self.started and position < self.position:
            self.position, self.at_ns = position, at_ns
        if last:
            self.end = position + pcm.size
        if pcm.size and position + pcm.size > self.position:
            insort(self.slices, (position, pcm), key=lambda piece: piece[0])

    def take(self, samples: int) -> Pcm:
        """The next samples, at most `samples`, up to the first hole; empty when there are none."""
        pieces: list[Pcm] = []
        while samples and self.slices and self.slices[0][0] <= self.position:
            start, pcm = self.slices[0]
            piece = pcm[self.position - start :][:samples] if self.position < start + pcm.size else pcm[:0]
            self.position += piece.size
            samples -= piece.size
            if self.position >= start + pcm.size:
                self.slices.pop(0)
            if piece.size:
                pieces.append(piece)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)

    def to_boundary(self, at_least: int) -> int:
        """Samples from here to the first end of a slice that is so far away."""
        ends = (start + pcm.size - self.position for start, pcm in self.slices)
        return next((samples for samples in ends if samples >= at_least), at_least)

    def jump_hole(self) -> None:
        """Goes on at the first sample behind a hole that nobody filled."""
        if self.slices:
            self.position = max(self.position, self.slices[0][0])
