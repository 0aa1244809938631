"""Interruptions: a sound file in which a person never lets the avatar finish, made of pieces of the demo's.

Each piece is a question and interrupts the answer to the one before, at another place of it each time. What is true about
the file is computed with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ
from remote.bench.truth import SaidTurn, Truth

Pcm = NDArray[np.int16]

PIECES = (3, 1, 2, 0)
"""Turns of the demo without a pause in them, nor a word of agreement in front: each is a whole interruption."""
MARGIN_MS = 60
"""Kept around each piece, so that no soft sound is cut off."""
LEAD_MS = 800
SHORTEST_MS, LONGEST_MS = 1_500, 3_300
"""Silence after a piece: the answer begins about 650 ms after it, so that much of it is heard before the next."""


def interruptions(sound: Pcm, truth: Truth, count: int) -> tuple[Pcm, Truth]:
    """Sound with `count` interruptions (int16, 16 kHz), and what is true about it. `sound` is what `truth` describes."""
    room = room_of(sound, truth)
    pieces: list[Pcm] = [loop(room, LEAD_MS - MARGIN_MS)]
    turns: list[SaidTurn] = []
    at = pieces[0].size
    for index in range(count + 1):
        said = truth.turns[PIECES[index % len(PIECES)]]
        piece = sound[samples(said.start_ms - MARGIN_MS) : samples(said.end_ms + MARGIN_MS)]
        start_ms = at * 1000 / RATE_HZ + MARGIN_MS
        end_ms = start_ms + said.end_ms - said.start_ms
        turns.append(SaidTurn(said.text, start_ms, end_ms, interrupts=index > 0))
        silence = loop(room, _gap_ms(index, count) - 2 * MARGIN_MS)
        pieces += [piece, silence]
        at += piece.size + silence.size
    whole = np.concatenate(pieces)
    return whole, Truth(RATE_HZ, whole.size * 1000 / RATE_HZ, tuple(turns))


def _gap_ms(index: int, count: int) -> float:
    """Evenly spread between the shortest and the longest; neighbours far apart."""
    step = index * 5 % (count + 1)
    return SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * step / max(1, count)


def room_of(sound: Pcm, truth: Truth) -> Pcm:
    """The longest stretch in which nobody speaks: the room's own noise."""
    ends = [0.0, *(turn.end_ms for turn in truth.turns)]
    starts = [*(turn.start_ms for turn in truth.turns), truth.length_ms]
    start, end = max(zip(ends, starts, strict=True), key=lambda span: span[1] - span[0])
    return sound[samples(start + 2 * MARGIN_MS) : samples(end - 2 * MARGIN_MS)]


def loop(room: Pcm, length_ms: float) -> Pcm:
    """The room's noise for so long."""
    return np.resize(room, samples(length_ms))


def samples(ms: float) -> int:
    """Samples of a duration."""
    return round(ms * RATE_HZ / 1000)
