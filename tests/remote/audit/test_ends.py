"""Scenes of the rules of ends: each finds the damage that it is there for."""

from __future__ import annotations

from bus.messages import Cut
from remote.audit.ends import cut_at, done_at, name_of, replies
from tests.remote.audit.scene import CUT, HEARD, evidence, good_call


def test_a_reply_was_heard_to_its_end_or_cut() -> None:
    scene = good_call()
    assert set(replies(evidence(scene))) == {HEARD, CUT, (3, 2)}
    assert set(done_at(evidence(scene))) == {HEARD, (3, 2)}
    assert set(cut_at(evidence(scene))) == {CUT}
    scene.say("turn-manager", Cut(below_gen=9), (3, 9))
    assert set(cut_at(evidence(scene))) == {CUT}, "what was over is not cut any more"


def test_a_reply_has_a_name_for_people() -> None:
    assert name_of(HEARD) == "turn 1/1"
