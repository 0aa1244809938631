"""Continuity of a voice: where a recording leaves the sound that it should be, sample by sample. Pure.

Nothing on the way from av-sync to the recording changes a sample but the fades around a hole. So each difference is provable:
silence that was put in, sound that is missing, sound twice.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from bus.messages import RATE_HZ

Pcm = NDArray[np.int16]

CLUE = 480
"""10 ms of sound that is not silent are enough to know the place again."""
STEP = 48
LEVEL_STEP = 960
SPEAKING, SILENT = 1_000.0, 100.0
"""RMS of a step (full scale 32,768)."""
ROUNDED = 48
"""So many samples at the ends of two fades are so quiet that they are rounded to silence."""
LOUD = 64
"""A clue has louder samples than this: a whisper of it could be anywhere."""


class Break(msgspec.Struct, frozen=True):
    """One place at which the recording is not as it should be; in samples."""

    at: int
    """Of the recording."""
    hole: int = 0
    """Silence that was put in."""
    missing: int = 0
    """Sound that was left out."""
    again: int = 0
    """Sound that had been heard already."""
    faded: int = 0
    """Sound that was heard, but not as it should be."""


def breaks(recorded: Pcm, expected: Pcm) -> list[Break]:
    """Every difference between a recording of one reply (silence around it) and what it should be, in order."""
    found: list[Break] = []
    loud = np.flatnonzero(recorded)
    first = np.flatnonzero(expected)
    if not loud.size or not first.size:
        return [Break(0, missing=expected.size)] if first.size else []
    at, place = int(loud[0]), int(first[0])
    while True:
        same = _same(recorded[at:], expected[place:])
        at, place = at + same, place + same
        if place >= int(first[-1]) + 1:
            tail = int(np.count_nonzero(recorded[at:]))
            return [*found, Break(at, again=tail)] if tail else found
        again_at, again_place = _next_clue(recorded, expected, at)
        if again_at < 0:
            return [*found, Break(at, missing=expected.size - place)]
        # Backwards from the clue to where the two part: what lies between is the break.
        while again_at > at and again_place > 0 and recorded[again_at - 1] == expected[again_place - 1]:
            again_at, again_place = again_at - 1, again_place - 1
        skipped, again = expected[place:again_place], max(0, place - again_place)
        found.append(_break(recorded[at:again_at], skipped, at, again))
        at, place = again_at, again_place


def _break(between: Pcm, skipped: Pcm, at: int, again: int) -> Break:
    """What lies between two places that are known, against what should."""
    silent, faded = int(np.count_nonzero(between == 0)), int(np.count_nonzero(between))
    pauses = int(np.count_nonzero(skipped == 0))
    missing = skipped.size - pauses - faded
    return Break(
        at,
        hole=max(0, silent - pauses),
        missing=missing if missing > (ROUNDED if faded and silent else 0) else 0,
        again=again,
        faded=min(faded, skipped.size) if not again else 0,
    )


def _same(left: Pcm, right: Pcm) -> int:
    """How many samples the two have in common from their beginning on."""
    size = min(left.size, right.size)
    differ = np.flatnonzero(left[:size] != right[:size])
    return int(differ[0]) if differ.size else size


def _next_clue(recorded: Pcm, expected: Pcm, at: int) -> tuple[int, int]:
    """The next place of the recording that is found in the expected sound, and where; (-1, -1) when there is none."""
    whole = expected.tobytes()
    for start in range(at, recorded.size - CLUE, STEP):
        clue = recorded[start : start + CLUE]
        if np.abs(clue[:STEP].astype(np.int32)).max() <= LOUD:
            continue
        found = whole.find(clue.tobytes())
        while found > 0 and found % 2:
            found = whole.find(clue.tobytes(), found + 1)
        if found >= 0:
            return start, found // 2
    return -1, -1


def unlike(sound: Pcm, reference: Pcm) -> float:
    """Milliseconds of a reply that do not go with another rendering of it: what one is longer, and the steps of 20 ms
    in which one speaks and the other does not. (No voice says a sentence twice with the same samples.)"""
    size = max(sound.size, reference.size)
    steps = -(-size // LEVEL_STEP)
    speaks = []
    for pcm in (sound, reference):
        whole = np.zeros(steps * LEVEL_STEP)
        whole[: pcm.size] = pcm
        levels = np.sqrt(np.mean(np.square(whole.reshape(-1, LEVEL_STEP)), axis=1))
        speaks.append((levels > SPEAKING, levels < SILENT))
    (loud, quiet), (also_loud, also_quiet) = speaks
    differ = np.count_nonzero((loud & also_quiet) | (quiet & also_loud))
    return float(abs(sound.size - reference.size) * 1000 / RATE_HZ + differ * LEVEL_STEP * 1000 / RATE_HZ)
