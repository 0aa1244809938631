"""Listening: the sound of one reply, kept as far back as the network looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.face.engine import SAMPLES_PER_FRAME
from actors.face.loudness import SILENCE_DBFS, dbfs
from actors.face.musetalk.decimate import FACTOR, Decimator
from actors.face.musetalk.window import STEPS_PER_FRAME, last_step

Floats = NDArray[np.float32]

STEP_SAMPLES = 320
"""Samples at 16 kHz of one step of whisper's encoder: 20 ms."""
_FRAME = STEPS_PER_FRAME * STEP_SAMPLES
KEEP_FRAMES = 10 * 25
"""So much sound stays before the picture in hand, across sentences. The encoder reads 30 s at a price that does not depend
on how much of it is sound; each time that the past is cut its steps change place, so it is cut seldom."""
MOST_FRAMES = 2 * KEEP_FRAMES
MOST_STEPS = 1500
"""What the encoder takes at once: 30 s."""


class Listening:
    """Pure: sound goes in by pieces of any length; what is known of each picture comes out."""

    def __init__(self, first_frame: int = 0) -> None:
        self.loud: dict[int, bool] = {}
        """Whether somebody speaks in the sound of a picture, for those that are not drawn yet."""
        self._decimator = Decimator()
        self._frame = first_frame
        self._open: NDArray[np.int16] = np.zeros(0, np.int16)
        self._sound: Floats = np.zeros(0, np.float32)
        self._start_frame = first_frame
        self._over = False

    def hear(self, pcm: NDArray[np.int16]) -> None:
        """Takes the next samples (48 kHz)."""
        self._sound = np.concatenate((self._sound, self._decimator.take(pcm)))
        self._open = np.concatenate((self._open, pcm))
        whole = self._open.size // SAMPLES_PER_FRAME
        for index in range(whole):
            self._measure(self._open[index * SAMPLES_PER_FRAME : (index + 1) * SAMPLES_PER_FRAME])
        self._open = self._open[whole * SAMPLES_PER_FRAME :]

    def finish(self) -> None:
        """Silence follows."""
        self._sound = np.concatenate((self._sound, self._decimator.take(np.zeros(0, np.int16), end=True)))
        if self._open.size:
            self._measure(self._open)
        self._open = np.zeros(0, np.int16)
        self._over = True

    @property
    def heard_frames(self) -> int:
        """The first picture whose own sound is not whole yet; at the end: the first one that has none."""
        return self._frame

    @property
    def sure_frames(self) -> int:
        """The first picture that cannot be drawn yet, because sound that it looks ahead to is missing."""
        if self._over:
            return self._frame
        known = STEPS_PER_FRAME * self._start_frame + self._sound.size // STEP_SAMPLES
        return max(self._start_frame, (known - last_step(0)) // STEPS_PER_FRAME + 1)

    def context(self) -> tuple[int, Floats]:
        """The step at which the kept sound begins, and the sound (16 kHz) in whole steps, at most 30 s."""
        whole = min(self._sound.size // STEP_SAMPLES, MOST_STEPS) * STEP_SAMPLES
        return STEPS_PER_FRAME * self._start_frame, self._sound[:whole]

    def forget_before(self, frame: int) -> None:
        """Pictures before `frame` are drawn: their sound is kept only as what came before the next one."""
        for index in [i for i in self.loud if i < frame - KEEP_FRAMES]:
            del self.loud[index]
        if frame - self._start_frame > MOST_FRAMES:
            cut = frame - KEEP_FRAMES - self._start_frame
            self._sound = self._sound[cut * _FRAME :]
            self._start_frame += cut

    def _measure(self, sound: NDArray[np.int16]) -> None:
        self.loud[self._frame] = dbfs(sound) >= SILENCE_DBFS
        self._frame += 1


assert SAMPLES_PER_FRAME == _FRAME * FACTOR
