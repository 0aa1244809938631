"""Scenes of the meter."""

from __future__ import annotations

import pytest

from actors.vad.fake import LOUD, play
from actors.vad.loudness import level_dbfs
from actors.vad.meter import Meter


@pytest.mark.parametrize("level_hz", [1.0, 5.0, 12.0, 30.0])
def test_levels_come_as_often_as_asked_for(level_hz: float) -> None:
    meter = Meter(level_hz)
    levels = [level for sound in play("#" * 625) if (level := meter.hear(sound, 0.5))]
    assert abs(len(levels) - 20 * level_hz) <= 1


def test_a_level_tells_the_loudness_and_the_likeliest_speech_since_the_one_before() -> None:
    meter = Meter(10.0)
    chances = iter([0.1, 0.9, 0.2, 0.3])
    [level] = [level for sound in play("####") if (level := meter.hear(sound, next(chances)))]
    assert level.speech == 0.9
    assert abs(level.dbfs - level_dbfs(LOUD**2 / 2)) < 0.2
