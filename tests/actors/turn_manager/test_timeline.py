"""Timelines from traces: every millisecond has its owner, and they add up."""

from __future__ import annotations

import pytest

from actors.turn_manager.timeline import timeline
from bus.clock import MS
from bus.envelope import Hop
from bus.messages import UserSaid
from bus.messages.stage import Stage

SAID = UserSaid(text="hello", ended_ns=1_000 * MS, wait_ms=450)


def hop(actor: str, received_ms: float, sent_ms: float) -> Hop:
    return Hop(actor, int(received_ms * MS), int(sent_ms * MS), "local")


WAY = (
    hop("turn-manager", 1_451, 1_452),
    hop("llm", 1_453, 1_553),
    hop("chunker", 1_554, 1_554.5),
    hop("tts", 1_555, 1_565),
    hop("av-sync", 1_566, 1_580),
    hop("mic-out", 1_581, 1_602),
)


def test_each_stage_is_told_apart_from_the_way_to_it() -> None:
    times = timeline(3, SAID, WAY, 1_600 * MS)
    assert times is not None and times.turn == 3
    assert times.stages == (
        Stage("turn-manager", 450, "wait"),
        Stage("turn-manager", 2, "bus"),
        Stage("llm", 1, "bus"),
        Stage("llm", 100, "engine"),
        Stage("chunker", 1, "bus"),
        Stage("chunker", 0.5, "bus"),
        Stage("tts", 0.5, "bus"),
        Stage("tts", 10, "engine"),
        Stage("av-sync", 1, "bus"),
        Stage("av-sync", 14, "bus"),
        Stage("mic-out", 1, "bus"),
        Stage("mic-out", 19, "bus"),
    )


def test_the_stages_add_up_to_the_total_and_the_overhead_is_what_nobody_thinks_or_waits_for() -> None:
    times = timeline(1, SAID, WAY, 1_600 * MS)
    assert times is not None
    assert sum(stage.ms for stage in times.stages) == pytest.approx(times.total_ms) == pytest.approx(600)
    assert times.overhead_ms == pytest.approx(600 - 450 - 100 - 10)


def test_a_recogniser_that_is_later_than_the_wait_is_named() -> None:
    late = (hop("vad", 1_200, 1_200), hop("asr", 1_201, 1_700), hop("turn-manager", 1_701, 1_702), *WAY[1:2])
    times = timeline(1, SAID, late, 2_000 * MS)
    assert times is not None
    assert times.stages[:2] == (Stage("turn-manager", 450, "wait"), Stage("asr", 252, "engine"))


def test_a_typed_turn_waits_for_nothing() -> None:
    typed = UserSaid(text="hello", ended_ns=1_450 * MS)
    times = timeline(1, typed, WAY, 1_600 * MS)
    assert times is not None and times.wait_ms == 0
    assert all(stage.kind != "wait" for stage in times.stages)


def test_a_sound_that_no_prompt_caused_has_no_timeline() -> None:
    assert timeline(1, SAID, (hop("chunker", 1, 2),), 3 * MS) is None
    assert timeline(1, SAID, (), 3 * MS) is None


def test_a_turn_that_gave_up_waiting_for_words_names_the_recogniser_too() -> None:
    gave_up = (hop("turn-manager", 3_000, 3_001), *WAY[1:2])
    times = timeline(1, SAID, gave_up, 3_100 * MS)
    assert times is not None
    assert times.stages[1] == Stage("asr", 1_551, "engine")


def test_the_face_that_the_voice_waited_for_is_an_engine() -> None:
    way = (*WAY[:4], hop("face", 1_566, 1_576), hop("av-sync", 1_577, 1_580))
    times = timeline(1, SAID, way, 1_600 * MS)
    assert times is not None
    assert Stage("face", 10, "engine") in times.stages
