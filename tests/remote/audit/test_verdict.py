"""Scenes of the rules of the verdict: each finds the damage that it is there for."""

from __future__ import annotations

import msgspec

from bus.messages import Token
from bus.recording import Lost
from remote.audit.verdict import judge
from tests.remote.audit.scene import broken, evidence, fault, good_call, without


def test_a_call_without_a_fault_breaks_no_rule() -> None:
    verdict = judge(evidence(good_call()))
    assert verdict.violations == ()
    assert (verdict.turns, verdict.turns_answered, verdict.turns_deaf) == (3, 3, 0)
    assert (verdict.replies, verdict.replies_heard, verdict.replies_cut) == (3, 2, 1)
    assert (verdict.sentences, verdict.sound_gaps) == (6, 0)


def test_of_a_recording_with_a_hole_nothing_is_proved() -> None:
    scene = good_call()
    scene.entries.append(Lost(1, "tts.audio", "tap", 3))
    assert broken(scene) == {"the recording is whole"}


def test_a_violation_names_its_time_and_the_fault_before_it() -> None:
    scene = good_call()
    without(Token, 1)(scene)
    scene.at_ms = 1_900.0
    scene.say("llm", Token(index=9, text=""), (9, 9), epoch=2)
    verdict = judge(evidence(scene, [fault("kill", "llm", 1_500)]), begun_ns=1_000_000_000)
    told = next(each for each in verdict.violations if each.rule == "tokens exactly once")
    assert told.fault == "1: kill llm at 0.5 s"
    assert 0.5 < told.at_s < 3
    assert verdict.faults == {"kill": 1}
    assert msgspec.json.encode(verdict)
