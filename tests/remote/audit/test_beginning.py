"""Scenes of a recording that begins in the middle of a reply."""

from __future__ import annotations

from bus.messages import Prompt, SentenceEnd, Token, VoiceAudio
from bus.recording import Lost, Passed
from remote.audit.beginning import under_way
from remote.audit.evidence import gather
from remote.audit.verdict import judge
from tests.remote.audit.scene import CUT, HEARD, Scene, evidence, good_call, places, without


def heard_from(scene: Scene, place: int) -> Scene:
    """What a recorder has that begins there."""
    scene.entries = scene.entries[place:]
    return scene


def test_a_reply_that_had_begun_before_the_recording_is_left_out_and_the_verdict_says_so() -> None:
    for kind in (Token, VoiceAudio, SentenceEnd):
        scene = heard_from(good_call(), places(good_call(), kind, HEARD)[1])
        verdict = judge(gather(scene.entries))
        broken = {each.rule for each in verdict.violations} - {"cuts have a cause", "nobody else speaks"}
        assert (verdict.under_way, verdict.replies, broken) == (1, 2, set()), kind


def test_one_of_which_the_first_messages_of_another_host_are_missing_is_left_out_too() -> None:
    scene = heard_from(good_call(), places(good_call(), Prompt, CUT)[0])
    tokens = places(scene, Token, CUT)
    scene.entries = [entry for place, entry in enumerate(scene.entries) if place not in tokens[:2]]
    assert under_way(gather(scene.entries)) == {CUT}


def test_of_a_recording_that_was_there_before_anybody_spoke_nothing_is_left_out() -> None:
    scene = good_call()
    without(Token, 0)(scene)
    assert isinstance(scene.entries[0], Passed)
    assert under_way(evidence(scene)) == frozenset()
    assert judge(evidence(scene)).violations


def test_copies_that_were_lost_are_told_as_lost() -> None:
    scene = good_call()
    without(Token, 0)(scene)
    scene.entries.append(Lost(1, "llm.token", "tap", 1, "gpu"))
    assert under_way(gather(scene.entries)) == frozenset()


def test_of_a_whole_recording_nothing_is_left_out() -> None:
    assert under_way(gather(good_call().entries)) == frozenset()
