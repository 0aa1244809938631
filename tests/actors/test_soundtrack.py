"""Soundtrack: parts of sound at their times."""

from __future__ import annotations

import numpy as np

from actors.soundtrack import Soundtrack
from actors.take import SoundPart
from bus.clock import MS, SECOND


def part(start_ms: int, samples: int, value: int, rate: int = 48_000) -> SoundPart:
    return SoundPart(start_ms * MS, rate, np.full(samples, value, np.int16))


def test_each_part_lies_at_its_sample_and_silence_between() -> None:
    track = Soundtrack([part(10, 480, 1), part(30, 480, 2)], zero_ns=0)
    heard = np.concatenate([track.read(100) for _ in range(24)])
    expected = np.zeros(2400, np.int16)
    expected[480:960], expected[1440:1920] = 1, 2
    assert (heard == expected).all()
    assert track.samples == 1920


def test_where_parts_overlap_the_later_one_is_heard() -> None:
    track = Soundtrack([part(0, 4800, 1), part(50, 4800, 2)], zero_ns=0)
    heard = track.read(7200)
    assert (heard[:2400] == 1).all()
    assert (heard[2400:] == 2).all()


def test_sound_of_16_khz_keeps_its_times_over_a_minute() -> None:
    pcm = np.zeros(16_000 * 60, np.int16)
    pcm[16_000 * 59 :] = 8000
    track = Soundtrack([SoundPart(0, 16_000, pcm)], zero_ns=-SECOND)
    heard = np.concatenate([track.read(48_000) for _ in range(61)])
    rise = int(np.flatnonzero(heard > 4000)[0])
    assert abs(rise - 60 * 48_000) <= 3
    assert track.samples == 61 * 48_000
