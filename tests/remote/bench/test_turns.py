"""Scenes of turns against the truth."""

from __future__ import annotations

import pytest

from bus.clock import MS
from bus.link import Delivery
from bus.messages import UserSaid
from bus.messages.stage import Stage, TurnTimeline
from remote.bench.truth import TrueTurn
from remote.bench.turns import answered_turns, turn_figures
from tests.remote.bench.letters import letter, played

TRUE = TrueTurn(0, 1_000 * MS)


def turn(ended_ms: int = 1_010, heard_ms: int = 1_700) -> list[Delivery]:
    stages = (
        Stage("turn-manager", 450, "wait"),
        Stage("llm", 1, "bus"),
        Stage("llm", 150, "engine"),
        Stage("av-sync", 30, "bus"),
    )
    return [
        letter(UserSaid(text="hello", ended_ns=ended_ms * MS)),
        played("started", heard_ms),
        letter(TurnTimeline(total_ms=heard_ms - ended_ms, wait_ms=450, stages=stages, turn=1)),
    ]


def test_all_that_is_neither_wait_nor_engine_is_overhead_and_so_is_vads_error() -> None:
    (found,) = answered_turns(turn(), [TRUE])
    assert (found.total_ms, found.engine_ms, found.vad_error_ms) == (700, 150, 10)
    assert found.overhead_ms == pytest.approx(700 - 450 - 150)
    assert found.stages == {"llm": 1, "av-sync": 30}


def test_a_turn_that_was_never_answered_lowers_the_share() -> None:
    found = answered_turns(turn(), [TRUE, TrueTurn(8_000 * MS, 9_000 * MS)])
    share = turn_figures(found, expected=2)[0]
    assert (len(found), share.value, share.verdict) == (1, 50, "miss")


def test_a_voice_that_spoke_over_the_person_was_no_answer_but_the_one_after_it_was() -> None:
    early = played("started", 700)
    assert answered_turns([early, *turn()], [TRUE]) == answered_turns(turn(), [TRUE])
    assert answered_turns([early, *(d for d in turn() if d.message != turn()[1].message)], [TRUE]) == []


def test_speech_that_ended_elsewhere_is_another_turn() -> None:
    assert answered_turns(turn(ended_ms=4_000), [TRUE]) == []


def test_the_overhead_is_held_against_its_target() -> None:
    slow, quick = (answered_turns(turn(heard_ms=ms), [TRUE]) for ms in (1_700, 1_650))
    verdicts = [next(f for f in turn_figures(t, 1) if "overhead, p95" in f.name).verdict for t in (slow, quick)]
    assert verdicts == ["miss", "ok"]
