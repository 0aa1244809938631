"""Absence in words."""

from __future__ import annotations

from actors.absence import LOSSES, MOST, troubles
from bus.messages import ActorHealth, CallHealth
from topology.catalogue import HOUSE


def test_every_actor_of_the_house_would_be_missed() -> None:
    assert set(LOSSES) == set(HOUSE)


def test_one_that_was_given_up_is_told_with_its_reason_and_what_to_type() -> None:
    health = CallHealth(actors=(ActorHealth("tts", "running", 1, 7), ActorHealth("face", "given up", error="no GPU")))
    assert troubles(health) == ("the voice goes on without the face: no GPU (avatar restart face)",)


def test_one_that_comes_back_by_itself_is_no_trouble() -> None:
    assert troubles(CallHealth(actors=(ActorHealth("face", "waiting", error="it ended with code 1"),))) == ()


def test_a_replica_that_was_given_up_is_a_smaller_loss_and_an_unknown_actor_is_told_too() -> None:
    health = CallHealth(
        actors=(
            ActorHealth("tts", "running", 1, 7),
            ActorHealth("tts#1", "given up", error="x" * 1_000),
            ActorHealth("mine", "given up", error="y"),
        )
    )
    fewer, mine = troubles(health)
    assert fewer.startswith("tts goes on with fewer processes: xxx")
    assert fewer.endswith("… (avatar restart tts#1)")
    assert len(fewer) < MOST + 80
    assert mine == "it goes on without mine: y (avatar restart mine)"
