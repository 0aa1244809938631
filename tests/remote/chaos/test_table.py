"""Scenes of the table: what people read of a verdict."""

from __future__ import annotations

from bus.messages import ActorHealth, CallHealth, Token
from remote.audit.evidence import gather
from remote.audit.verdict import judge
from remote.chaos.table import lines
from tests.remote.audit.scene import HEARD, evidence, fault, good_call, places, without


def test_figures_come_first_and_every_violation_stands_with_the_fault_before_it() -> None:
    scene = good_call()
    without(Token, 1)(scene)
    scene.at_ms = 1_900.0
    scene.say("agent", CallHealth(actors=(ActorHealth("llm", "running", 2),)))
    told = list(lines(judge(evidence(scene, [fault("kill", "llm", 1_500)]))))
    text = "\n".join(told)
    assert "1 in 10 s: kill 1" in text
    assert "llm             1 deaths, back after p50 400 ms, p95 400 ms" in text
    assert "turns answered  3 of 3" in text
    assert "replies         3: 2 heard to the end, 1 cut" in text
    assert "violations      2" in text
    assert told[-1].endswith("[after fault 1: kill llm at 1.5 s]")


def test_what_could_not_be_proved_is_said() -> None:
    scene = good_call()
    del scene.entries[: places(scene, Token, HEARD)[1]]
    text = "\n".join(lines(judge(gather(scene.entries))))
    assert "left out        1 that had begun before the recording: of those nothing is proved" in text
    assert "left out" not in "\n".join(lines(judge(evidence(good_call()))))
