"""Scenes of the rules of what was heard: each finds the damage that it is there for."""

from __future__ import annotations

import pytest

from bus.clock import MS
from bus.messages import Played
from remote.audit.hearing import gaps
from tests.remote.audit.scene import CUT, HEARD, Scene, Spoil, broken, evidence, good_call, other, places, spoilt


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(other(Played, 2, position=1_000), "heard once", id="heard again"),
        pytest.param(other(Played, 1, position=4_900), "heard once", id="jumped over"),
        pytest.param(other(Played, -1, position=10_000), "heard to the end", id="stops before its end"),
        pytest.param(other(Played, 0, position=960), "heard to the end", id="begins in its middle"),
    ],
)
def test_damage_is_found(spoil: Spoil, rule: str) -> None:
    assert rule in spoilt(spoil)


def handed_over(back: int) -> Scene:
    """mic-out is replaced near the end of a reply; the next one begins `back` samples before the last report."""
    scene = good_call()
    done = places(scene, Played, HEARD)[3]
    scene.at_ms = 3_200.0
    end = 10_560 - back
    scene.say("mic-out", Played(event="started", position=end, at_ns=3_200 * MS), HEARD, epoch=2)
    scene.entries.insert(done, scene.entries.pop())
    end_ns = round((3_200 + (max(end, 10_560) - end) / 48) * MS)
    other(Played, -1, HEARD, position=max(end, 10_560), at_ns=end_ns)(scene)
    return scene


def test_a_successor_may_repeat_what_was_not_acknowledged_and_no_more() -> None:
    assert "heard once" not in broken(handed_over(4_000))
    assert "heard once" in broken(handed_over(9_600))


def test_a_successor_that_goes_on_behind_what_was_heard_has_left_something_out() -> None:
    assert "heard once" not in broken(handed_over(-4_800)), "what a dying one played after its last report"
    assert "heard once" in broken(handed_over(-8_000))


def test_a_silence_inside_a_reply_is_a_gap_and_a_pause_is_none() -> None:
    scene = good_call()
    assert gaps(evidence(scene)) == []
    other(Played, 2, HEARD, at_ns=3_000 * MS)(scene)
    (gap,) = gaps(evidence(scene))
    assert gap.key == HEARD
    assert gap.gap_ns == pytest.approx(180 * MS, abs=MS)
    other(Played, 2, CUT, at_ns=20_000 * MS)(scene)
    assert len(gaps(evidence(scene))) == 1
