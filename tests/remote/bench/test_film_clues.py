"""Scenes of clues in a film."""

from __future__ import annotations

import numpy as np
import pytest

from remote.bench.film_clues import last_sound_s, mouth_lag_ms, place_of, rest_s, sounds_at

RATE = 16_000
NOISE = np.random.default_rng(1)


def test_the_persons_file_is_found_in_the_film_to_the_sample() -> None:
    said = (NOISE.normal(size=RATE) * 3_000).astype(np.int16)
    track = np.concatenate([np.zeros(750), said / 32_768, np.zeros(500)]).astype(np.float32)
    assert place_of(said, track) == 750 / RATE
    assert place_of(said, track[1_000:]) == -250 / RATE


def test_the_last_sound_is_found_and_hiss_is_silence() -> None:
    voice = (NOISE.normal(size=2 * RATE) * 1e-4).astype(np.float32)
    voice[: RATE // 2] += 0.1
    assert last_sound_s(voice, 0.2, 2.0) == pytest.approx(0.5, abs=0.005)
    assert last_sound_s(voice, 1.0, 2.0) == 1.0
    assert sounds_at(voice, 0.4) and not sounds_at(voice, 1.0)


def test_a_mouth_is_at_rest_when_it_no_longer_differs_from_the_idle_clip() -> None:
    seen_s = np.arange(50) / 25
    mouth = np.where(seen_s < 1.0, 4.0, 0.6)
    assert rest_s(seen_s, mouth, 0.9, 1.9) == pytest.approx(1.0)
    assert rest_s(seen_s, mouth, 1.2, 1.9) == 1.2


@pytest.mark.parametrize("lag_ms", [-80, 0, 60])
def test_how_much_later_the_mouth_is_is_read_from_film_and_voice_alone(lag_ms: int) -> None:
    loudness = np.abs(np.convolve(NOISE.normal(size=250), np.ones(3) / 3, mode="same"))
    voice = np.repeat(loudness, RATE // 25).astype(np.float32)
    seen_s = np.arange(10, 240) / 25
    heard = np.clip(np.round((seen_s - lag_ms / 1000) * 25 * 8).astype(int), 0, 250 * 8 - 1)
    mouth = np.convolve(np.repeat(loudness, 8), np.ones(8) / 8)[heard + 7]
    found, likeness = mouth_lag_ms(seen_s, mouth, voice)
    assert found == pytest.approx(lag_ms, abs=10)
    assert likeness > 0.9
