"""Scenes of the call's health: who is there, who comes back, who does not."""

from __future__ import annotations

from bus.messages import ActorHealth, CallHealth


def test_an_actor_is_away_when_none_of_its_processes_is_there_and_given_up_when_none_comes_back() -> None:
    gone = ActorHealth("tts", "given up", error="no voice")
    waiting = ActorHealth("tts#1", "waiting", error="it ended with code 1")
    there = ActorHealth("tts#2", "running", epoch=3, pid=77)
    assert not CallHealth(actors=(gone, waiting, there)).absent("tts")
    health = CallHealth(actors=(gone, waiting))
    assert (health.absent("tts"), health.without("tts")) == (True, False)
    assert CallHealth(actors=(gone,)).without("tts")
    assert (health.why("tts"), CallHealth(actors=(there,)).why("tts")) == ("no voice", "")


def test_nothing_is_concluded_from_an_actor_that_is_not_known_here() -> None:
    health = CallHealth()
    assert (health.absent("tts"), health.without("tts"), health.why("tts")) == (False, False, "")
