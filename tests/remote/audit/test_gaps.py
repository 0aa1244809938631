"""Scenes of the rules of gaps: each finds the damage that it is there for."""

from __future__ import annotations

from bus.clock import MS
from bus.messages import CameraHealth, Played
from tests.remote.audit.scene import HEARD, broken, fault, good_call, other, places, spoilt

STILL = other(CameraHealth, 4, None, worst_gap_ms=330.0)


def test_a_camera_that_stands_still_is_found_unless_the_machine_did_or_it_was_held_itself() -> None:
    scene = good_call()
    STILL(scene)
    assert broken(scene) == {"camera runs"}
    assert broken(scene, unrest=[(4_900 * MS, 290.0)]) == set()
    assert broken(scene, unrest=[(2_900 * MS, 290.0)]) == {"camera runs"}, "that was at another time"
    assert broken(scene, [fault("stop", "cam-out", 4_000, 4_500)]) == set()
    assert broken(scene, [fault("kill", "llm", 4_000)]) == {"camera runs"}


def test_a_camera_that_never_comes_back_is_found() -> None:
    scene = good_call()
    assert broken(scene, [fault("restart", "cam-out", 2_000)]) == set()
    for place in reversed(places(scene, CameraHealth)[2:]):
        del scene.entries[place]
    assert broken(scene, [fault("restart", "cam-out", 2_000)]) == {"camera comes back"}


def test_a_silence_in_a_reply_needs_a_fault_and_must_not_outlast_it() -> None:
    assert spoilt(other(Played, 2, HEARD, at_ns=3_000 * MS)) == set(), "180 ms are in the figures only"
    scene = good_call()
    other(Played, 2, HEARD, at_ns=3_500 * MS)(scene)
    assert broken(scene) == {"sound is whole"}
    assert broken(scene, [fault("restart", "av-sync", 2_600)]) == set()
    assert broken(scene, [fault("stop", "face", 9_000, 9_500)]) == {"sound is whole"}
    other(Played, 2, HEARD, at_ns=7_400 * MS)(scene)
    assert broken(scene, [fault("restart", "av-sync", 2_600)]) == {"sound is whole"}, "longer than any recovery"
    assert broken(scene, [fault("stop", "av-sync", 2_600, 5_600)]) == set()
