"""Motion of the idle clip: sway of the head, breath, blinks and glances, as a function of the frame; it loops."""

from __future__ import annotations

import math
from typing import NamedTuple

from actors.portrait.eye import Gaze

FRAMES = 225
"""9 seconds."""

# Where each blink begins. People at rest blink 10 to 20 times a minute, unevenly, now and then twice.
_BLINKS = (31, 104, 112, 181)
# Down in 80 ms, up in 120 ms: lids fall faster than they rise.
_BLINK = (0.5, 1.0, 0.8, 0.4, 0.12)
# From which frame the eyes look where (units): glances are jumps, not glides.
_GLANCES = (
    (0, 0.0, 0.0),
    (33, 1.7, 0.3),
    (58, 0.6, -0.4),
    (83, -0.5, 0.0),
    (106, -1.9, 0.4),
    (139, 0.4, 0.3),
    (183, 0.0, 0.0),
)


class Motion(NamedTuple):
    """How the person of one frame differs from the drawing, in units (= pixels) and degrees, clockwise."""

    head_x: float
    head_y: float
    head_turn_deg: float
    chest_y: float


def motion(frame: int) -> Motion:
    """Position of head and chest; sums of waves with whole periods in the loop, so that the ends meet."""
    return Motion(
        head_x=_wave(frame, 1, 0.1) * 3.4 + _wave(frame, 3, 0.6) * 0.9,
        head_y=_wave(frame, 2, 0.35) * 1.3 + _wave(frame, 5, 0.2) * 0.35 + _breath(frame) * -0.9,
        head_turn_deg=_wave(frame, 1, 0.22) * 0.85 + _wave(frame, 2, 0.8) * 0.4 + _wave(frame, 5, 0.5) * 0.1,
        chest_y=_breath(frame) * -2.6,
    )


def gaze(frame: int) -> Gaze:
    """Where the eyes look and how far they are shut."""
    x, y = next((x, y) for start, x, y in reversed(_GLANCES) if frame % FRAMES >= start)
    lids = max((_BLINK[step] for start in _BLINKS if 0 <= (step := frame % FRAMES - start) < len(_BLINK)), default=0.0)
    return Gaze(x, y, lids)


def _wave(frame: int, periods: int, phase: float) -> float:
    return math.sin(2 * math.pi * (frame / FRAMES * periods + phase))


def _breath(frame: int) -> float:
    """0..1, two breaths in the loop (13 a minute); out takes longer than in."""
    share = frame / FRAMES * 2 % 1
    rise = share / 0.42 if share < 0.42 else (1 - share) / 0.58
    return rise * rise * (3 - 2 * rise)
