"""Envelope of sound: how loud it is in each of twelve bands, in steps of 16 ms. What is heard is compared with what was played by it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bus.clock import MS, SECOND

Levels = NDArray[np.float32]
"""Level of each band in dB relative to full scale: (steps, BANDS), or (BANDS,) of one step."""

STEP_NS = 16 * MS
BANDS = 12
LOWEST_HZ, HIGHEST_HZ = 150.0, 6_000.0
"""Where speech is, and what a small loudspeaker still gives."""
FLOOR_DB = -110.0
"""Digital silence."""
_PER_DB = 2
"""A level travels as a byte of half decibels above the floor."""


def slot_of(at_ns: int) -> int:
    """Number of the step at that time: the same for whoever counts them."""
    return at_ns // STEP_NS


def packed(levels: Levels) -> bytes:
    """A byte for each band of each step."""
    return np.clip(np.round((levels - FLOOR_DB) * _PER_DB), 0, 255).astype(np.uint8).tobytes()


def unpacked(payload: bytes) -> Levels:
    """The levels that were packed; a last step that is not whole is left out."""
    whole = len(payload) // BANDS * BANDS
    raw = np.frombuffer(payload[:whole], dtype=np.uint8).reshape(-1, BANDS)
    levels: Levels = raw.astype(np.float32) / np.float32(_PER_DB) + np.float32(FLOOR_DB)
    return levels


class Envelope:
    """Turns sound (int16, mono) into levels. Each step is measured together with the one before it: 32 ms, faded in and out."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._step = rate_hz * STEP_NS // SECOND
        window = np.hanning(2 * self._step + 1)[:-1]
        self._window = (window / np.sqrt(np.square(window).sum()) / 32_768).astype(np.float32)
        self._bands = _bands(rate_hz, 2 * self._step)
        self._samples = np.zeros(self._step, dtype=np.int16)
        self._next_ns = 0
        """Time of the first sample behind the step that is kept for the next one's sake."""

    def add(self, at_ns: int, pcm: NDArray[np.int16]) -> tuple[int, Levels]:
        """Takes sound from `at_ns` on; the begin of the first step that is full now, and the levels of all that are."""
        waiting = self._samples.size - self._step
        expected_ns = self._next_ns + waiting * SECOND // self._rate_hz
        # Times of a device jitter by some milliseconds; a larger difference is a gap, before which nothing counts.
        if abs(at_ns - expected_ns) > STEP_NS // 2:
            self._samples, self._next_ns = np.zeros(self._step, dtype=np.int16), at_ns
        samples = np.concatenate([self._samples, pcm])
        steps = samples.size // self._step - 1
        begun_ns, self._next_ns = self._next_ns, self._next_ns + steps * STEP_NS
        self._samples = samples[steps * self._step :]
        halves = samples[: (steps + 1) * self._step].reshape(-1, self._step)
        return begun_ns, self._levels(np.concatenate([halves[:-1], halves[1:]], axis=1))

    def _levels(self, frames: NDArray[np.int16]) -> Levels:
        if not frames.any():
            return np.full((frames.shape[0], BANDS), FLOOR_DB, dtype=np.float32)
        spectrum = np.fft.rfft(frames * self._window, axis=1)
        power = np.square(np.abs(spectrum)) @ self._bands
        levels: Levels = np.maximum(10 * np.log10(power + 1e-12), FLOOR_DB).astype(np.float32)
        return levels


def _bands(rate_hz: int, frame: int) -> NDArray[np.float64]:
    """Which lines of the spectrum each band sums up: bands are equally wide to the ear (mel: O'Shaughnessy 1987).

    A full-scale sine is 0 dB whatever the rate: by Parseval's theorem the lines of one half of the spectrum sum up to a
    quarter of the frame's length (the window's squares sum up to one, a sine's to a half).
    """
    low, high = (2_595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 1) / 2_595) - 1)
    lines = np.fft.rfftfreq(frame, 1 / rate_hz)
    inside = (lines[:, None] >= edges[:-1]) & (lines[:, None] < edges[1:])
    return inside.astype(np.float64) * (4.0 / frame)
