"""Scenes of the log-mel features, against a slow reference written from their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from actors.turn_manager.log_mel import SAMPLES, features

LOOKED_AT = (0, 1, 399, 640, 797, 798, 799)
"""Frames that the reference computes: the padding, both mirrored ends, and some between."""


def slow_mel(hertz: float) -> float:
    return 3 * hertz / 200 if hertz < 1_000 else 15 + 27 * math.log(hertz / 1_000) / math.log(6.4)


def slow_triangle(band: int, hertz: float) -> float:
    """Height at a frequency of the band between three points that lie evenly on the mel scale; its area is 1."""
    low, middle, high = (slow_hertz((band + k) * slow_mel(8_000) / 81) for k in range(3))
    height = max(0.0, min((hertz - low) / (middle - low), (high - hertz) / (high - middle)))
    return height * 2 / (high - low)


def slow_hertz(mel: float) -> float:
    return 200 * mel / 3 if mel < 15 else 1_000 * 6.4 ** ((mel - 15) / 27)


FILTERS = np.array([[slow_triangle(band, k * 40.0) for k in range(201)] for band in range(80)])
WAVES = np.exp(-2j * np.pi * np.outer(np.arange(201), np.arange(400)) / 400)
HANN = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)


def reference(pcm: NDArray[np.int16]) -> NDArray[np.float64]:
    """Log power of all frames in decades, before anything is clipped: [80, 801]."""
    wave = np.concatenate([np.zeros(max(0, SAMPLES - pcm.size)), pcm[-SAMPLES:] / 32_768])
    wave = (wave - wave.mean()) / math.sqrt(wave.var() + 1e-7)
    padded = np.concatenate([wave[200:0:-1], wave, wave[-2:-202:-1]])
    frames = np.array([padded[i * 160 : i * 160 + 400] * HANN for i in range(801)])
    power = np.abs(frames @ WAVES.T) ** 2
    return np.asarray(np.log10(np.maximum(power @ FILTERS.T, 1e-10)).T)


def speechlike(samples: int) -> NDArray[np.int16]:
    t = np.arange(samples) / 16_000
    voice = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 30)) * np.sin(2 * np.pi * 3 * t) ** 2
    noise = np.random.default_rng(7).normal(scale=0.01, size=samples)
    return np.asarray((voice + noise) * 6_000, np.int16)


@pytest.mark.parametrize("samples", [4_000, 48_000, SAMPLES, SAMPLES + 12_345])
def test_they_are_what_their_definition_says(samples: int) -> None:
    pcm = speechlike(samples)
    log = reference(pcm)[:, :-1]
    wanted = (np.maximum(log, log.max() - 8) + 4) / 4
    given = features(pcm)
    assert given.shape == (80, 800)
    assert given.dtype.name == "float32"
    np.testing.assert_allclose(given[:, LOOKED_AT], wanted[:, LOOKED_AT], atol=2e-4)
    np.testing.assert_allclose(given, wanted, atol=2e-3)


def test_what_is_short_has_its_silence_before_it() -> None:
    given = features(speechlike(16_000))
    assert given[:, :690].std() == 0
    assert given[:, 710:].std() > 0.1


def test_only_the_last_eight_seconds_count() -> None:
    pcm = speechlike(SAMPLES)
    longer = np.concatenate([np.full(5_000, 9_999, np.int16), pcm])
    assert (features(longer) == features(pcm)).all()


@pytest.mark.parametrize("pcm", [np.zeros(0, np.int16), np.zeros(SAMPLES, np.int16)])
def test_silence_gives_numbers(pcm: NDArray[np.int16]) -> None:
    assert np.isfinite(features(pcm)).all()
