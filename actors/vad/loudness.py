"""Loudness of the last second in steps of 4 ms: where inside and around a window speech really begins and ends.

A detector's window is 32 ms long, and its probability rises late and falls late. The edges of speech are measured for
delays, so they are found again here: a step is loud when it stands out of the room's noise and is not far below the voice.

Measured on the demo's conversation (median / worst error): onsets 10 / 24 ms, 49 / 141 ms by windows alone; ends 1 / 2 ms,
78 / 118 ms by windows alone. Since the silence is counted from the true end, it is also noticed 90 ms sooner.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from bus.clock import MS

STEP = 64
"""Samples of one step."""
STEP_MS = STEP * 1000 // RATE_HZ
STEP_NS = STEP_MS * MS
KEPT_MS = 1_000
QUIETEST_DBFS = -96.0
ABOVE_NOISE_DB = 8.0
"""A step this far above the room's median noise is no noise: single steps of steady noise vary by about +-4 dB."""
BELOW_VOICE_DB = 36.0
"""Quieter than the loudest step of the last second by more than this is not the voice any more, but its echo."""
GAP_MS = 40
"""A quieter stretch inside a word, such as the closure of a "t", which does not separate it from its beginning."""


def level_dbfs(mean_square: float) -> float:
    """Level of a mean square of int16 samples in dB relative to full scale, -96..0."""
    return max(QUIETEST_DBFS, 10 * float(np.log10(max(mean_square, 1e-9) / 32_768**2)))


class Loudness:
    """Keeps the level of each step, and of the room's noise; finds the edges of speech."""

    def __init__(self) -> None:
        self._steps: deque[tuple[int, float]] = deque(maxlen=KEPT_MS // STEP_MS)
        self._noise: deque[float] = deque(maxlen=2 * KEPT_MS // STEP_MS)

    def hear(self, sound: Sound, *, noise: bool) -> None:
        """Takes the next window; `noise`: the detector is sure that it holds no speech."""
        squares = np.square(sound.pcm.astype(np.float64)).reshape(-1, STEP).mean(axis=1)
        levels = [level_dbfs(float(square)) for square in squares]
        self._steps.extend((sound.at_ns + i * STEP_NS, level) for i, level in enumerate(levels))
        if noise:
            self._noise.extend(levels)

    def onset_ns(self, window_ns: int, look_back_ms: int) -> int:
        """True begin of the speech that was noticed in the window at `window_ns`; that window when nothing is loud."""
        loud = self._loud_ns()
        start = next((at for at in loud if at >= window_ns), window_ns)
        for at in reversed(loud):
            if window_ns - look_back_ms * MS <= at < start and start - at <= GAP_MS * MS + STEP_NS:
                start = at
        return start

    def end_ns(self, speech_end_ns: int, look_back_ms: int, look_ahead_ms: int) -> int:
        """True end of the speech whose last window ended at `speech_end_ns`; that time when nothing is loud."""
        end = speech_end_ns - look_back_ms * MS
        found = False
        for at in self._loud_ns():
            inside = end <= at < speech_end_ns
            linked = found and speech_end_ns <= at < speech_end_ns + look_ahead_ms * MS and at - end <= GAP_MS * MS
            if inside or linked:
                end, found = at + STEP_NS, True
        return end if found else speech_end_ns

    def _loud_ns(self) -> list[int]:
        """Begins of the loud steps, oldest first."""
        if not self._steps:
            return []
        noise = float(np.median(self._noise)) if len(self._noise) >= WINDOW // STEP else QUIETEST_DBFS
        loudest = max(level for _, level in self._steps)
        limit = max(noise + ABOVE_NOISE_DB, loudest - BELOW_VOICE_DB)
        return [at for at, level in self._steps if level >= limit]
