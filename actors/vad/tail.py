"""Tail of what was heard: the last seconds of the microphone, for whoever judges by ear how speech has ended."""

from __future__ import annotations

from collections import deque

import numpy as np

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from bus.messages import SpeechTail

SECONDS = 8
"""What the judge of turns (smart-turn) hears at once."""


class Tail:
    """Keeps the newest windows, whoever speaks in them."""

    def __init__(self) -> None:
        self._windows: deque[Sound] = deque(maxlen=SECONDS * RATE_HZ // WINDOW)

    def hear(self, sound: Sound) -> None:
        """The next window. One that was heard before (a page sends again what may be lost) is not kept twice."""
        if not self._windows or sound.at_ns > self._windows[-1].at_ns:
            self._windows.append(sound)

    def of(self, utterance: int) -> SpeechTail:
        """All that is kept, as the tail of an utterance that ends with it. Raises IndexError before anything was heard."""
        pcm = np.concatenate([window.pcm for window in self._windows]).astype("<i2", copy=False)
        return SpeechTail(utterance=utterance, at_ns=self._windows[0].at_ns, payload=pcm.tobytes())
