"""Scenes of the envelope of sound."""

from __future__ import annotations

import numpy as np
import pytest

from actors.envelope import BANDS, FLOOR_DB, STEP_NS, Envelope, packed, slot_of, unpacked
from bus.clock import MS, SECOND


def tone(rate_hz: int, hertz: float = 1_000.0, amplitude: float = 32_767) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(rate_hz) / rate_hz)).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_a_full_tone_is_0_db_in_its_band_and_nothing_in_far_ones(rate_hz: int) -> None:
    _, levels = Envelope(rate_hz).add(SECOND, tone(rate_hz))
    assert levels.shape == (SECOND // STEP_NS, BANDS)
    assert np.abs(levels[1:].max(axis=1)).max() < 1
    assert levels[1:, [0, -2]].max() < -70


@pytest.mark.parametrize("block", [160, 333, 480, 2_000])
def test_blocks_of_any_length_give_the_same_steps_at_the_same_times(block: int) -> None:
    pcm = (8_000 * np.random.default_rng(1).standard_normal(16_000)).astype(np.int16)
    _, whole = Envelope(16_000).add(SECOND, pcm)
    envelope, found, times = Envelope(16_000), [], []
    for at in range(0, pcm.size, block):
        begun_ns, levels = envelope.add(SECOND + at * SECOND // 16_000, pcm[at : at + block])
        found.append(levels)
        times += [begun_ns + index * STEP_NS for index in range(len(levels))]
    assert np.allclose(np.concatenate(found), whole, atol=1e-3)
    assert np.abs(np.diff(times) - STEP_NS).max() <= 1


def test_a_device_whose_times_jitter_is_followed_and_a_gap_begins_anew() -> None:
    envelope = Envelope(16_000)
    envelope.add(SECOND, tone(16_000)[:320])
    begun_ns, levels = envelope.add(SECOND + 20 * MS + 3 * MS, tone(16_000)[:320])
    assert (begun_ns, len(levels)) == (SECOND + STEP_NS, 1)
    begun_ns, levels = envelope.add(5 * SECOND, tone(16_000)[:320])
    assert (begun_ns, len(levels)) == (5 * SECOND, 1)


def test_silence_is_the_floor() -> None:
    _, levels = Envelope(16_000).add(0, np.zeros(1_600, dtype=np.int16))
    assert (levels == FLOOR_DB).all()


def test_levels_travel_as_bytes_of_half_decibels() -> None:
    levels = np.linspace(-110, 0, 3 * BANDS, dtype=np.float32).reshape(3, BANDS)
    assert len(packed(levels)) == 3 * BANDS
    assert np.abs(unpacked(packed(levels)) - levels).max() <= 0.25
    assert unpacked(b"12345").shape == (0, BANDS)
    assert unpacked(packed(levels + 40)).max() == 17.5


def test_steps_of_whoever_counts_have_the_same_numbers() -> None:
    assert [slot_of(at) for at in (0, STEP_NS - 1, STEP_NS, 10 * STEP_NS + 5)] == [0, 0, 1, 10]
