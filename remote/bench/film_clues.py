"""Clues in a film: where the person's file lies in it, when the voice fell silent, how mouth and voice go together. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ

Track = NDArray[np.float32]
Curve = NDArray[np.float64]

STEP = RATE_HZ // 200
"""5 ms."""
SILENT_DBFS = -55.0
"""The avatar's silence is digital; the film's AAC leaves less than this."""
MOVING = 2.0
"""A mouth that differs so many times more from the idle clip than the clip from itself is not at rest."""
LAGS_MS = range(-240, 241, 5)


def place_of(sound: NDArray[np.int16], track: Track) -> float:
    """Second of the track at which the sound (both 16 kHz) begins, by their correlation; may be negative."""
    size = 1 << int(sound.size + track.size - 1).bit_length()
    product = np.fft.rfft(track, size) * np.conj(np.fft.rfft(sound.astype(np.float32), size))
    place = int(np.argmax(np.fft.irfft(product, size)))
    return (place if place < track.size else place - size) / RATE_HZ


def last_sound_s(voice: Track, from_s: float, until_s: float) -> float:
    """End of the last step of 5 ms that is not silent between the two times; `from_s` when all are."""
    first = max(0, int(from_s * RATE_HZ))
    piece = voice[first : int(until_s * RATE_HZ)]
    steps = piece[: piece.size // STEP * STEP].reshape(-1, STEP)
    loud = np.flatnonzero(np.sqrt(np.mean(np.square(steps), axis=1)) > 10 ** (SILENT_DBFS / 20))
    return from_s if not loud.size else (first + (int(loud[-1]) + 1) * STEP) / RATE_HZ


def sounds_at(voice: Track, at_s: float) -> bool:
    """Whether the voice is heard in the 150 ms before a time."""
    return last_sound_s(voice, at_s - 0.15, at_s) > at_s - 0.15


def rest_s(seen_s: Curve, mouth: Curve, from_s: float, until_s: float) -> float:
    """When the first picture of a mouth at rest that stays so until `until_s` was seen; `from_s` when it never moved."""
    limit = MOVING * max(0.3, float(np.quantile(mouth, 0.1)))
    moving = np.flatnonzero((seen_s >= from_s) & (seen_s < until_s) & (mouth > limit))
    if not moving.size:
        return from_s
    after = int(moving[-1]) + 1
    return float(seen_s[after]) if after < seen_s.size else until_s


def mouth_lag_ms(seen_s: Curve, mouth: Curve, voice: Track) -> tuple[float, float]:
    """How much later the mouth moves than the voice sounds, and their correlation there (1: moves exactly with it).

    Each picture is compared with the loudness of the 40 ms of sound that began `lag` before it was seen.
    """
    power = np.concatenate([[0.0], np.cumsum(np.square(voice, dtype=np.float64))])
    span = RATE_HZ // 25
    best = (0.0, -1.0)
    for lag_ms in LAGS_MS:
        begins = np.clip(np.round((seen_s - lag_ms / 1000) * RATE_HZ).astype(int), 0, voice.size - span)
        loudness = np.sqrt(np.maximum(0.0, power[begins + span] - power[begins]))
        if loudness.std() == 0 or mouth.std() == 0:
            continue
        likeness = float(np.corrcoef(np.sqrt(loudness), mouth)[0, 1])
        best = max(best, (float(lag_ms), likeness), key=lambda pair: pair[1])
    return best
