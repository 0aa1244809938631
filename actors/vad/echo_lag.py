"""Lag of the echo: how long after the loudspeaker's own time the microphone hears it, found by comparing both envelopes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.envelope import BANDS, Levels

UNKNOWN = -1
LAGS = 26
"""Steps of 16 ms: from 0 to 400 ms."""
MEMORY = 0.984
"""What is left of a step's weight in the next: it remembers about a second of sound."""
ENOUGH = 34.0
"""Weight before a lag is believed: 0.8 s of sound. Sooner, somebody who begins to speak together with the avatar is too much like
an echo, for both are silent and then loud. (Measured correlations after 0.5 s: 0.80 to 0.85, and of an echo 0.66 to 0.97;
after 0.8 s: at most 0.60, and 0.67 to 0.88.)"""
ALIKE = 0.6
"""Correlation of an echo. Measured in synthetic rooms: 0.75 to 0.95, with echoes near the noise 0.6. Of somebody who
speaks all through a reply of 18 s: at most 0.4 in half of all cases, in one of forty 0.6."""
LIVELY_DB2 = 4.0
"""Variance of a band from which it tells anything."""
MOVED = 0.3
"""What is left of the memory when the lag was found to be another."""
BETTER = 0.03
"""A neighbour must be so much better to be taken instead."""


class EchoLag:
    """Correlates what was played with what is heard, at every lag at once.

    The sums that make up the correlation are forgotten evenly, and each band has means of its own: so neither the loudness nor
    the colour of the room matters.
    """

    def __init__(self) -> None:
        self.lag = UNKNOWN
        """In steps; UNKNOWN while nothing that is heard resembles what is played."""
        self._weight = 0.0
        self._played = np.zeros((3, LAGS, BANDS))
        """Sums of what was played, of its squares, and of its products with what is heard."""
        self._heard = np.zeros((2, BANDS))
        """Sums of what is heard, and of its squares."""

    def hear(self, played: Levels, heard: Levels) -> None:
        """One step: what was played 0, 1, … steps ago, of shape (LAGS, BANDS), and what is heard now."""
        self._weight = MEMORY * self._weight + 1
        self._played = MEMORY * self._played + np.stack([played, played * played, played * heard])
        self._heard = MEMORY * self._heard + np.stack([heard, heard * heard])

    def look(self) -> bool:
        """Whether the lag has become known, or is another now."""
        if self._weight < ENOUGH:
            return False
        alike = self.correlations()
        best = int(alike.argmax())
        if alike[best] < ALIKE or (self.lag != UNKNOWN and alike[best] < alike[self.lag] + BETTER):
            return False
        changed, self.lag = best != self.lag, best
        return changed

    def move(self, lag: int) -> None:
        """Somebody found it to be another. What is remembered speaks for the old one, and counts less."""
        self.lag = lag
        self._played, self._heard, self._weight = MOVED * self._played, MOVED * self._heard, MOVED * self._weight

    def correlations(self) -> NDArray[np.float64]:
        """Of each lag, -1..1; zeros while what is heard does not change at all."""
        played, played2, both = self._played / max(self._weight, 1.0)
        heard, heard2 = self._heard / max(self._weight, 1.0)
        varies = float((heard2 - heard * heard).sum())
        if varies < LIVELY_DB2 * BANDS:
            return np.zeros(LAGS)
        together = (both - played * heard).sum(axis=1)
        alone = (played2 - played * played).sum(axis=1)
        alike: NDArray[np.float64] = together / np.sqrt(np.maximum(alone * varies, 1e-3))
        return alike
