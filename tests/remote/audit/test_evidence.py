"""Scenes of the rules of evidence: each finds the damage that it is there for."""

from __future__ import annotations

from bus.clock import MS, SECOND
from bus.control import Drops
from bus.messages import Token
from bus.recording import Counted, Joined, Lost, Passed
from remote.audit.evidence import gather, in_ms
from tests.remote.audit.scene import Scene, evidence, fault, good_call


def test_what_a_hub_passes_on_twice_is_there_once_and_counted() -> None:
    scene = Scene()
    scene.say("llm", Token(index=0, text=""), ident=5)
    scene.say("llm", Token(index=0, text=""), ident=5)
    found = gather([*scene.entries, Joined(1, "gpu", 2)])
    assert len(found.of(Token)) == 1
    assert (found.repeats["llm.token"], found.hubs) == (1, {"gpu": [1]})


def test_the_drops_of_all_lives_are_added_up_and_of_each_the_last_count() -> None:
    counted = [Counted(1, "tts", life, (Drops("a", "stale", count),)) for life, count in ((1, 2), (1, 5), (2, 1))]
    assert gather(counted).drops == {("a", "stale"): 6}


def test_losses_and_what_cannot_be_read_are_known() -> None:
    found = gather(
        [Lost(1, "a", "tap", 2), Lost(2, "a", "tap", 1), Passed(1, "llm.token", b"x", 0), Passed(1, "?", b"", 0)]
    )
    assert (found.lost["a", "tap"], found.unreadable) == (3, 1)


def test_a_violation_is_blamed_on_the_fault_before_it() -> None:
    first, second = fault("kill", "llm", 1_000), fault("stop", "tts", 3_000, 5_000)
    found = evidence(good_call(), [first, second])
    assert found.fault_before(900 * MS) is None
    assert found.fault_before(2_000 * MS) == first
    assert found.fault_before(10_000 * MS) == second
    assert found.fault_before(12 * SECOND) is None
    assert found.faults_in(4_000 * MS, 4_100 * MS) == [second]
    assert found.faults_in(0, 4_100 * MS, "llm") == [first]
    assert in_ms(1_500_000) == 1.5
