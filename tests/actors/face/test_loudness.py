"""Scenes of a mouth moved by the sound alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from actors.face.loudness import Loudness, dbfs
from actors.portrait.pose import REST

SAMPLES = 2880


def tones(*parts: tuple[float, float]) -> NDArray[np.int16]:
    """A sum of tones (hertz, amplitude 0..1)."""
    time_s = np.arange(SAMPLES) / 48_000
    waves = np.array([a * np.sin(2 * np.pi * f * time_s) for f, a in parts])
    return np.asarray(waves.sum(axis=0) * 32767, np.int16)


def noise(start_hz: float, end_hz: float, amplitude: float) -> NDArray[np.int16]:
    return tones(*((float(f), amplitude / 10) for f in np.arange(start_hz, end_hz, 171)))


def test_silence_shuts_the_mouth() -> None:
    loudness = Loudness()
    assert loudness.pose(np.zeros(SAMPLES, np.int16)) == REST
    assert loudness.pose(np.zeros(0, np.int16)) == REST
    assert loudness.pose(tones((200, 0.001))) == REST


def test_louder_is_wider_open() -> None:
    loudness = Loudness()
    jaws = [loudness.pose(tones((150, a), (700, a))).jaw for a in (0.01, 0.03, 0.1)]
    assert jaws == sorted(jaws)
    assert jaws[0] < 0.35
    assert jaws[-1] > 0.5


def test_a_quiet_voice_opens_the_mouth_in_the_end() -> None:
    loudness = Loudness()
    loudness.pose(tones((150, 0.4), (700, 0.4)))
    quiet = tones((150, 0.03), (700, 0.03))
    before = loudness.pose(quiet).jaw
    for _ in range(250):
        loudness.pose(quiet)
    assert loudness.pose(quiet).jaw > before + 0.2


def test_a_hiss_shows_teeth_and_keeps_the_jaw_up() -> None:
    pose = Loudness().pose(noise(5000, 9000, 0.3))
    assert pose.teeth > 0.6
    assert pose.jaw < 0.3


def test_ee_is_wide_and_oo_is_round() -> None:
    ee = Loudness().pose(tones((280, 0.2), (2300, 0.15), (2900, 0.1)))
    oo = Loudness().pose(tones((300, 0.2), (700, 0.15)))
    assert ee.wide > 0.3 > oo.wide
    assert oo.pucker > 0.1 > ee.pucker


def test_level_is_in_decibels_of_full_scale() -> None:
    assert dbfs(tones((1000, 1.0))) == pytest.approx(-3.01, abs=0.1)
    assert dbfs(np.zeros(10, np.int16)) == -96
