"""Engine seam of turn-manager: has the user finished?"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class EndOfTurn(Protocol):
    """Judges whether a turn that has fallen silent looks finished: by its words, and by its sound if it can."""

    async def load(self) -> None:
        """Loads the model, if there is one. Raises Fatal with what to do."""

    async def listen(self, pcm: NDArray[np.int16]) -> float | None:
        """How sure it is, 0..1, that whoever was heard has finished; None where it does not judge by ear.

        `pcm`: the turn's sound up to now (int16, 16 kHz, mono), the silence at its end included; the last 8 s are enough.
        """
        ...

    def looks_complete(self, text: str, language: str, heard: float | None) -> bool:
        """True: the short wait is enough. `text`: all words of the turn so far; `language`: BCP 47, such as "uk"; `heard`:
        what `listen` said of its last sound, None when it said nothing."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
