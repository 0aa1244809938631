"""Scenes of the resampler's exact counting."""

from __future__ import annotations

import numpy as np
import pytest

from actors.tts.resample import Resampler


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("sizes", [[], [1], [13], [1_324] * 20 + [41], [0, 700, 0, 3]])
def test_as_many_samples_come_out_as_the_length_asks_for(rate_hz: int, sizes: list[int]) -> None:
    resampler = Resampler(rate_hz)
    out = sum(len(resampler.hear(np.full(n, 1_000, np.int16))) for n in sizes) + len(resampler.finish())
    assert abs(out - sum(sizes) * 48_000 / rate_hz) <= 0.5


def test_a_click_stays_where_it_is() -> None:
    resampler = Resampler(22_050)
    sound = np.zeros(22_050, np.int16)
    sound[11_025] = 20_000
    out = np.concatenate([*(resampler.hear(piece) for piece in np.array_split(sound, 37)), resampler.finish()])
    assert abs(int(out.argmax()) - 24_000) <= 1
