"""Scenes of the rules of the answers: each finds the damage that it is there for."""

from __future__ import annotations

import pytest

from bus.clock import MS
from bus.messages import Cut, Played, Prompt, SpeechEdge, UserSaid
from remote.audit.answers import answers
from remote.audit.evidence import Spoken
from remote.audit.verdict import judge
from tests.remote.audit.scene import (
    CUT,
    HEARD,
    Scene,
    Spoil,
    broken,
    evidence,
    fault,
    good_call,
    other,
    places,
    spoilt,
    without,
)


def prompted(scene: Scene) -> None:
    scene.say("turn-manager", Prompt(lines=(), language="en"), (9, 2))


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(without(UserSaid), "every turn is answered", id="nobody understood"),
        pytest.param(without(Played, -1), "every reply ends", id="never over"),
        pytest.param(prompted, "every reply ends", id="nobody answers"),
    ],
)
def test_damage_is_found(spoil: Spoil, rule: str) -> None:
    assert rule in spoilt(spoil)


def test_a_cut_for_nothing_is_found() -> None:
    scene = good_call()
    found = evidence(scene)
    found.truth = (found.truth[0], Spoken(3_000 * MS, 4_000 * MS, 5), found.truth[2])
    assert "cuts have a cause" in {violation.rule for violation in judge(found).violations}
    found = evidence(good_call())
    found.truth = found.truth[:2]
    assert {violation.rule for violation in judge(found).violations} == {"nobody else speaks"}


def test_a_turn_that_is_taken_up_a_second_time_is_found() -> None:
    scene = good_call()
    scene.at_ms = 11_500.0
    scene.say("turn-manager", UserSaid(text="five", ended_ns=10_000 * MS), (4, 2))
    assert broken(scene) == {"nobody else speaks"}
    other(UserSaid, 0, (4, 2), ended_ns=11_700 * MS)(scene)
    assert broken(scene) == {"nobody else speaks"}, "nor is there anybody at that time"


def test_nobody_hears_what_is_said_to_a_dead_microphone() -> None:
    scene = good_call()
    del scene.entries[places(scene, UserSaid, HEARD)[0]]
    told = answers(evidence(scene, [fault("kill", "vad", 1_100)]))
    assert (told.turns, told.answered, told.deaf) == (3, 1, 2), "it never came back: that is another rule's"
    scene.at_ms = 1_900.0
    scene.say("vad", SpeechEdge(kind="started", utterance=1, at_ns=0), epoch=2)
    told = answers(evidence(scene, [fault("kill", "vad", 1_100)]))
    assert (told.turns, told.answered, told.deaf) == (3, 2, 1)
    assert "every turn is answered" in broken(scene, [fault("restart", "vad", 1_100)]), "no excuse for a planned one"
    assert "every turn is answered" in broken(scene, [fault("kill", "vad", 1_850)]), "nor for the last 50 ms"


def test_two_turns_may_be_taken_up_as_one_when_the_words_of_both_are_there() -> None:
    scene = good_call()
    del scene.entries[places(scene, UserSaid, CUT)[0]]
    assert "every turn is answered" in broken(scene)
    other(UserSaid, 0, (3, 2), text="one two three four five six seven")(scene)
    assert "every turn is answered" not in broken(scene)


def test_a_reply_may_be_cut_before_it_is_heard() -> None:
    scene = good_call()
    scene.at_ms = 11_000.0
    prompted(scene)
    scene.say("turn-manager", Cut(below_gen=3), (9, 3))
    assert broken(scene) == set()
