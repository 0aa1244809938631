"""Scenes of the pace: pieces of 32 ms come in; each pass costs what the machine takes for it."""

from __future__ import annotations

import pytest

from actors.asr.pace import Pace


def begun(pace: Pace, sound_ms: int, cost_ms: float) -> list[int]:
    """When passes began, in ms of sound that comes as fast as time goes."""
    pace.begin()
    at, busy_until = [], 0.0
    for now in range(32, sound_ms + 1, 32):
        if busy_until and now >= busy_until:
            pace.took(cost_ms)
            busy_until = 0.0
        if pace.due(now, busy=busy_until > now):
            at.append(now)
            busy_until = now + cost_ms
    return at


def test_a_fast_machine_hears_again_at_each_interval() -> None:
    pace = Pace(500)
    assert begun(pace, 3_100, 100) == [512, 1_024, 1_504, 2_016, 2_528, 3_008]
    assert pace.skipped == 0


@pytest.mark.parametrize("cost_ms", [100, 499, 700, 1_500, 4_000])
def test_no_machine_is_asked_for_more_than_it_can_do(cost_ms: int) -> None:
    pace = Pace(500)
    pace.took(cost_ms)
    at = begun(pace, 60_000, cost_ms)
    assert len(at) * cost_ms <= 60_000
    if cost_ms > 500:
        assert len(at) * cost_ms <= 60_000 / 3 + cost_ms
        assert pace.slow
    assert len(at) + pace.skipped == 60_000 // 500


def test_a_slow_machine_hears_a_short_utterance_once_at_its_end() -> None:
    pace = Pace(500)
    pace.took(3_000)
    assert begun(pace, 4_000, 3_000) == []
    assert pace.skipped == 8


def test_a_machine_that_was_busy_is_tried_again_some_utterances_later() -> None:
    pace = Pace(500)
    pace.took(1_200)
    assert [bool(begun(pace, 1_500, 100)) for _ in range(4)] == [False, False, True, True]


def test_sound_that_comes_all_at_once_begins_one_pass() -> None:
    pace = Pace(500)
    pace.begin()
    assert [pace.due(5_000, busy=False), pace.due(5_032, busy=True)] == [True, False]
    assert pace.skipped == 9
