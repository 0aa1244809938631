"""Scenes of the rules of recovery: each finds the damage that it is there for."""

from __future__ import annotations

import msgspec

from bus.clock import MS
from bus.messages import ActorHealth, CallHealth, Token
from bus.recording import Joined
from remote.audit.recovery import recovery_ms, times
from tests.remote.audit.scene import broken, evidence, fault, good_call

KILLED = fault("kill", "face", 1_000)


def test_whoever_never_comes_back_is_found() -> None:
    assert broken(good_call(), [KILLED]) == {"everybody comes back"}
    assert broken(good_call(), [fault("hub", "hub", 1_000)]) == {"everybody comes back"}
    assert broken(good_call(), [fault("kill", "face", 9_500)]) == set(), "the call ended before one could tell"


def test_the_host_agent_says_when_an_actor_is_at_work_again() -> None:
    scene = good_call()
    scene.at_ms = 1_700.0
    scene.say("agent", CallHealth(actors=(ActorHealth("face", "restarting", 2), ActorHealth("llm", "running", 9))))
    assert recovery_ms(evidence(scene), KILLED) is None
    scene.at_ms = 1_800.0
    scene.say("agent", CallHealth(actors=(ActorHealth("face", "running", 2),)))
    assert recovery_ms(evidence(scene), KILLED) == 800.0
    assert times(evidence(scene, [KILLED])) == {"face": [800.0]}


def test_a_link_must_be_up_soon_after_it_could_be() -> None:
    cut = fault("cut", "gpu", 1_000, 4_000)
    soon, late = (msgspec.structs.replace(cut, back_ms=ms) for ms in (1_400.0, 9_000.0))
    assert broken(good_call(), [soon]) == set()
    assert broken(good_call(), [late]) == {"everybody comes back"}
    assert times(evidence(good_call(), [soon])) == {"cut gpu": [1_400.0]}


def test_a_message_of_the_successor_tells_it_too() -> None:
    scene = good_call()
    scene.at_ms = 1_400.0
    scene.say("face", Token(index=7, text=""), epoch=2)
    assert recovery_ms(evidence(scene), KILLED) == 400.0


def test_a_hub_is_back_with_the_first_copy_of_the_next_one() -> None:
    scene = good_call()
    scene.entries[:0] = [Joined(5, "local", 1), Joined(1_400 * MS, "gpu", 7), Joined(1_900 * MS, "local", 2)]
    assert recovery_ms(evidence(scene), fault("hub", "hub", 1_000)) == 900.0
    assert recovery_ms(evidence(scene), fault("hub", "hub@gpu", 1_000)) == 400.0


def test_every_host_has_a_host_agent_of_its_own() -> None:
    scene = good_call()
    here, there = (fault("agent", target, 1_000, epoch=0, pid=7) for target in ("agent", "agent@gpu"))
    scene.at_ms = 1_800.0
    scene.say("agent", CallHealth(actors=(ActorHealth("agent@gpu", "running", pid=7),)))
    assert recovery_ms(evidence(scene), here) == 800.0
    assert recovery_ms(evidence(scene), there) is None, "that is the one that was killed"
    scene.at_ms = 2_100.0
    scene.say("agent", CallHealth(actors=(ActorHealth("agent@gpu", "running", pid=9),)))
    assert recovery_ms(evidence(scene), there) == 1_100.0
