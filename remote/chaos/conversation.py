"""Conversation of a chaos run: a person who goes on asking for as long as it takes, made of pieces of the demo's. Pure."""

from __future__ import annotations

import random

import numpy as np

from actors.vad.engine import RATE_HZ
from remote.bench.interruptions import LEAD_MS, MARGIN_MS, PIECES, Pcm, loop, room_of, samples
from remote.bench.truth import SaidTurn, Truth

INTERRUPTS = 0.25
"""Share of the turns that interrupt the answer before."""
SHORT_MS, LONG_MS = (2_000.0, 3_300.0), (8_500.0, 11_000.0)
"""Silence before a turn that interrupts, and before one that waits for the answer."""


def converse(sound: Pcm, truth: Truth, seconds: float, seed: int) -> tuple[Pcm, Truth]:
    """Sound (int16, 16 kHz) at least so long, and what is true about it. `sound` is what `truth` describes."""
    chance = random.Random(seed)
    room = room_of(sound, truth)
    pieces: list[Pcm] = [loop(room, LEAD_MS - MARGIN_MS)]
    turns: list[SaidTurn] = []
    at = pieces[0].size
    interrupts = False
    while at < seconds * RATE_HZ:
        said = truth.turns[chance.choice(PIECES)]
        piece = sound[samples(said.start_ms - MARGIN_MS) : samples(said.end_ms + MARGIN_MS)]
        start_ms = at * 1_000 / RATE_HZ + MARGIN_MS
        turns.append(SaidTurn(said.text, start_ms, start_ms + said.end_ms - said.start_ms, interrupts=interrupts))
        interrupts = chance.random() < INTERRUPTS
        silence = loop(room, chance.uniform(*(SHORT_MS if interrupts else LONG_MS)) - 2 * MARGIN_MS)
        pieces += [piece, silence]
        at += piece.size + silence.size
    whole = np.concatenate(pieces)
    return whole, Truth(RATE_HZ, whole.size * 1_000 / RATE_HZ, tuple(turns))
