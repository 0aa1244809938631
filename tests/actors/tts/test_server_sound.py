"""Server sound: headers that are there, lost or lying; odd pieces; samples that wrapped around."""

from __future__ import annotations

import numpy as np
import pytest

from actors.tts.server_sound import ServerSound, unwrapped
from bus.errors import Broken
from tests.actors.tts.speaking_server import tone, wav


def heard(data: bytes, cut: int, rate_hz: int = 48_000) -> bytes:
    sound = ServerSound(rate_hz)
    pieces = [sound.feed(data[at : at + cut]) for at in range(0, len(data), cut)]
    return np.concatenate([*pieces, sound.finish()]).tobytes()


@pytest.mark.parametrize("cut", [1, 3, 43, 777, 100_000])
def test_however_it_is_cut_the_samples_are_the_same_with_a_header_and_without(cut: int) -> None:
    pcm = tone(0.02)
    assert heard(pcm, cut) == heard(wav(pcm, 48_000), cut) == pcm
    assert heard(wav(pcm, 48_000) + b"LIST\x04\x00\x00\x00abcd", cut) == pcm
    assert heard(wav(pcm, 48_000, size=0xFFFFFFFF), cut) == pcm


def test_the_rate_is_that_of_the_header() -> None:
    assert len(heard(wav(tone(0.1, 24_000), 24_000), 999, 44_100)) == 2 * 4_800


@pytest.mark.parametrize("data", [b"", b"R", wav(b"\0\0" * 10, size=40), wav(b"")])
def test_no_sound_or_too_little_of_it_is_a_failure(data: bytes) -> None:
    with pytest.raises(Broken):
        heard(data, 10)


def test_full_scale_that_wrapped_around_does_not_click_and_true_lows_stay() -> None:
    wave = np.array([30_000, -32_768, -32_768, 31_000, 0, -31_000, -32_768], np.int16)
    assert unwrapped(wave, 0).tolist() == [30_000, 32_767, 32_767, 31_000, 0, -31_000, -32_768]
    assert unwrapped(np.array([-32_768], np.int16), 32_000).tolist() == [32_767]
