"""Engine seam of mic-out: one continuous line of sound in, something that people hear out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pull = Callable[[int, int], NDArray[np.int16]]
"""`pull(samples, at_ns)`: exactly `samples` samples (int16, 48 kHz, mono), the first of which is heard at `at_ns`. Never
blocks; may be called from any one thread."""


class Speaker(Protocol):
    """Plays what it pulls, without end: silence comes out of `pull` too."""

    @property
    def audible_on_page(self) -> bool:
        """What is pulled shall go out as HeardSound."""
        ...

    @property
    def audible_in_room(self) -> bool:
        """A microphone of this machine may hear it: what is pulled shall go out as PlayedEnvelope."""
        ...

    async def open(self) -> None:
        """Takes the device or folder. Raises Wrong or Fatal with what to do."""

    async def play(self, pull: Pull) -> None:
        """Pulls in real time until it is cancelled. At most 20 ms may lie between a pull and its `at_ns`, or a pause
        comes too late. Raises Gone when the device went away."""

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
