"""Log-mel features of speech as smart-turn v3 wants them: Whisper's front-end over the last 8 s, in numpy.

The steps and constants are those of Whisper's feature extractor (Radford et al. 2022; the mel scale is Slaney's, Auditory
Toolbox, 1998), with a normalised wave as the model was trained.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
SAMPLES = 8 * RATE_HZ
BANDS = 80
FRAMES = 800
_WINDOW = 400
_HOP = 160
_FLOOR = 1e-10
_RANGE = 8.0
"""Decades below the loudest value that are told apart."""
_LEAST_VARIANCE = 1e-7


def features(pcm: NDArray[np.int16]) -> NDArray[np.float32]:
    """The features of the last 8 s of `pcm` (16 kHz, mono), float32 [80, 800]. What is shorter has silence before it."""
    wave = np.zeros(SAMPLES, np.float32)
    last = pcm[-SAMPLES:]
    if last.size:
        wave[-last.size :] = last.astype(np.float32) / np.float32(32_768)
    wave = (wave - wave.mean()) / np.sqrt(wave.var() + np.float32(_LEAST_VARIANCE))
    log = np.log10(np.maximum(_power(wave) @ _filters(), _FLOOR)).T
    return np.asarray((np.maximum(log, log.max() - _RANGE) + 4.0) / 4.0, np.float32)


def _power(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power of each frame at each frequency, [800, 201]. Frames are centred; the wave is mirrored at both ends."""
    padded = np.pad(wave, _WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:FRAMES]
    spectrum = np.fft.rfft(frames * _hann(), axis=-1)
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32)


@cache
def _hann() -> NDArray[np.float32]:
    """Hann's window, periodic: the last zero is left out."""
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def _filters() -> NDArray[np.float32]:
    """Triangles on the mel scale, each of the same area, [201, 80]."""
    edges = _hertz(np.linspace(0.0, float(_mel(RATE_HZ / 2)), BANDS + 2))
    bins = np.linspace(0.0, RATE_HZ / 2, _WINDOW // 2 + 1)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2])), np.float32)


_KNEE_HZ, _KNEE_MEL, _STEP = 1_000.0, 15.0, 27.0 / np.log(6.4)
"""Slaney's scale: straight up to 1 kHz, 27 mel for each factor of 6.4 above."""


def _mel(hertz: float) -> float:
    return hertz * _KNEE_MEL / _KNEE_HZ if hertz < _KNEE_HZ else _KNEE_MEL + _STEP * float(np.log(hertz / _KNEE_HZ))


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    straight = mel * _KNEE_HZ / _KNEE_MEL
    return np.where(mel < _KNEE_MEL, straight, _KNEE_HZ * np.exp((mel - _KNEE_MEL) / _STEP))
