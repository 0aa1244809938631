"""Scenes of the decimator: the same sound at a third of the rate, in whatever pieces it comes."""

from __future__ import annotations

import numpy as np
import pytest

from actors.face.musetalk.decimate import Decimator

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def tone(hertz: float, samples: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return (np.sin(2 * np.pi * hertz * np.arange(samples) / 48_000) * 16_000).astype(np.int16)


def whole(pcm: np.ndarray[tuple[int, ...], np.dtype[np.int16]], *cuts: int) -> Floats:
    decimator = Decimator()
    pieces = [decimator.take(piece) for piece in np.split(pcm, cuts)]
    return np.concatenate([*pieces, decimator.take(pcm[:0], end=True)])


@pytest.mark.parametrize("hertz", [200, 1_000, 4_000])
def test_a_voice_keeps_its_level_and_its_place_in_time(hertz: int) -> None:
    out = whole(tone(hertz, 9_600))
    assert out.shape == (3_200,)
    wanted = np.sin(2 * np.pi * hertz * np.arange(3_200) / 16_000) * 16_000 / 32_768
    assert np.abs(out - wanted)[100:-100].max() < 0.002


@pytest.mark.parametrize("hertz", [8_500, 12_000, 20_000])
def test_what_16_khz_cannot_hold_is_gone_and_not_folded_down(hertz: int) -> None:
    assert np.abs(whole(tone(hertz, 9_600)))[100:-100].max() < 0.001


def test_pieces_of_any_length_give_the_same() -> None:
    pcm = tone(700, 5_001)
    assert np.array_equal(whole(pcm), whole(pcm, 1, 2, 500, 501, 1_920, 4_999))
    assert len(whole(pcm)) == 1_667


def test_no_sound_gives_none() -> None:
    assert whole(tone(1, 0)).size == 0
