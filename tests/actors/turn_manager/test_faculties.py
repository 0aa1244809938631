"""Faculties that are left when actors were given up."""

from __future__ import annotations

import pytest

from actors.turn_manager.faculties import Faculties
from bus.messages import ActorHealth, CallHealth


@pytest.mark.parametrize(
    ("actor", "left"),
    [
        ("vad", Faculties(notices=False)),
        ("asr", Faculties(understands=False)),
        ("llm", Faculties(thinks=False)),
        ("chunker", Faculties(thinks=False, speaks=False)),
        ("tts", Faculties(speaks=False)),
        ("mic-out", Faculties(speaks=False)),
        ("face", Faculties()),
    ],
)
def test_each_actor_that_is_given_up_takes_something_with_it(actor: str, left: Faculties) -> None:
    assert Faculties.of(CallHealth(actors=(ActorHealth(actor, "given up"),))) == left


def test_one_that_may_come_back_is_only_away() -> None:
    assert Faculties.of(CallHealth(actors=(ActorHealth("llm", "waiting"),))) == Faculties(whole=False)
    assert Faculties.of(CallHealth(actors=(ActorHealth("face", "waiting"),))) == Faculties()
    replicas = (ActorHealth("tts", "given up"), ActorHealth("tts#1", "running", 1, 7))
    assert Faculties.of(CallHealth(actors=replicas)) == Faculties()
