"""Window of sound that one picture is drawn from: ten steps of 20 ms, each five layers deep, as 50 tokens.

Picture f (40 ms, two steps) sees steps [2f-4, 2f+6): 80 ms before its own sound and 80 ms after it. A window that begins
elsewhere draws every lip late or early (MuseTalk 1.5, musetalk/utils/audio_processor.py; a port that began 4 steps
off lagged by 80 ms).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STEPS_PER_FRAME = 2
BEFORE, AFTER = 4, 4
"""Steps around the two of the picture itself."""
STEPS = BEFORE + STEPS_PER_FRAME + AFTER
LAYERS = 5
"""What whisper-tiny's encoder gives for a step: its input and the output of each of its four layers."""
TOKENS = STEPS * LAYERS


def last_step(frame: int) -> int:
    """The first step that picture `frame` does not see."""
    return STEPS_PER_FRAME * frame + STEPS_PER_FRAME + AFTER


def window(steps: Floats, first: int, frame: int) -> Floats:
    """Tokens of picture `frame`, shape (50, width), step by step and in each step layer by layer.

    `steps`: shape (n, 5, width), the first of them step `first` of the reply. What lies outside is zero, as before
    the beginning and behind the end of the sound that the network was trained on.
    """
    begin = STEPS_PER_FRAME * frame - BEFORE
    out = np.zeros((STEPS, *steps.shape[1:]), np.float32)
    low, high = max(begin, first), min(begin + STEPS, first + len(steps))
    if low < high:
        out[low - begin : high - begin] = steps[low - first : high - first]
    return out.reshape(TOKENS, -1)


def positions(width: int) -> Floats:
    """What tells the network the place of each token, shape (50, width): the sinusoids of "Attention is all you need"."""
    place = np.arange(TOKENS, dtype=np.float64)[:, None]
    rate = np.exp(np.arange(0, width, 2, dtype=np.float64) * (-math.log(10_000.0) / width))
    out = np.zeros((TOKENS, width), np.float32)
    out[:, 0::2] = np.sin(place * rate)
    out[:, 1::2] = np.cos(place * rate)[:, : width // 2]
    return out
