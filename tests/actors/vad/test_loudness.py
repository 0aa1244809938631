"""Scenes of loudness: the true edges inside and around the detector's windows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from actors.vad.loudness import Loudness, level_dbfs
from bus.clock import MS

ROOM_DB = -60.0


def room(ms: int, seed: int = 1) -> NDArray[np.float64]:
    noise = np.random.default_rng(seed).normal(size=ms * 16)
    return np.asarray(noise * 32_768 * 10 ** (ROOM_DB / 20))


def heard(speech: list[tuple[int, int]], ms: int = 960, noise_ms: int = 320) -> Loudness:
    """A room with a voice in some stretches (from, to) of ms; the detector knows that the first 320 ms are noise."""
    sound = room(ms)
    for start, end in speech:
        voice = 6_000 * np.sin(2 * np.pi * 180 * np.arange((end - start) * 16) / RATE_HZ)
        sound[start * 16 : end * 16] += voice
    loudness = Loudness()
    for i in range(ms * 16 // WINDOW):
        pcm = sound[i * WINDOW : (i + 1) * WINDOW].astype(np.int16)
        loudness.hear(Sound(pcm, i * 32 * MS), noise=i * 32 < noise_ms)
    return loudness


@pytest.mark.parametrize("onset_ms", [480, 487, 500, 511])
def test_an_onset_inside_the_first_window_is_found(onset_ms: int) -> None:
    found = heard([(onset_ms, 800)]).onset_ns(480 * MS, 192) / MS
    assert abs(found - onset_ms) <= 4


def test_an_onset_before_the_window_that_was_noticed_is_found() -> None:
    assert abs(heard([(433, 800)]).onset_ns(512 * MS, 192) / MS - 433) <= 4


def test_a_click_long_before_the_speech_is_not_its_onset() -> None:
    assert abs(heard([(400, 404), (480, 800)]).onset_ns(480 * MS, 192) / MS - 480) <= 4


@pytest.mark.parametrize("end_ms", [600, 617, 640, 660])
def test_an_end_before_or_after_the_last_window_is_found(end_ms: int) -> None:
    """The detector let go at 640 ms."""
    assert abs(heard([(400, end_ms)]).end_ns(640 * MS, 192, 64) / MS - end_ms) <= 4


def test_noise_long_after_the_speech_does_not_move_its_end() -> None:
    assert abs(heard([(400, 600), (720, 900)]).end_ns(640 * MS, 192, 64) / MS - 600) <= 4


def test_the_detector_is_believed_where_nothing_is_loud() -> None:
    nothing = heard([])
    assert nothing.onset_ns(480 * MS, 192) == 480 * MS
    assert nothing.end_ns(640 * MS, 192, 64) == 640 * MS


def test_digital_silence_and_full_scale_have_a_level() -> None:
    assert level_dbfs(0.0) == -96.0
    assert level_dbfs(32_768.0**2) == 0.0
