"""Scenes of continuity: copies that get lost, messages that were never copied, and those that come again."""

from __future__ import annotations

from bus.exchange import CopyNumber
from remote.continuity import Continuity, Place
from tests.bus.house import header


def test_a_gap_in_the_numbers_of_copies_is_a_loss() -> None:
    tap = Continuity()
    assert [tap.lost("a", CopyNumber(1, n)) for n in (7, 8, 11, 12)] == [0, 0, 2, 0], (
        "it hears of nothing before the 7th"
    )
    assert tap.lost("b", CopyNumber(1, 40)) == 0, "each topic counts by itself"
    assert tap.lost("a", CopyNumber(1, 0)) == 0, "a state that is told again"
    assert tap.lost("a", CopyNumber(1, 13)) == 0


def test_another_hub_counts_anew() -> None:
    tap = Continuity()
    assert [tap.joins(CopyNumber(boot, 1)) for boot in (5, 5, 6, 6)] == [True, False, True, False]
    assert not tap.joins(CopyNumber(7, 0)), "a state that is told again may have been told to another hub"
    tap.lost("a", CopyNumber(6, 9))
    assert tap.joins(CopyNumber(7, 1))
    assert tap.lost("a", CopyNumber(7, 1)) == 0


def test_the_hubs_of_two_hosts_count_side_by_side() -> None:
    tap = Continuity()
    copies = [CopyNumber(boot, number) for boot, number in ((11, 1), (22, 1), (11, 2), (22, 5))]
    assert [tap.joins(copy) for copy in copies] == [True, True, False, False]
    assert [tap.lost("tts.audio", copy) for copy in copies] == [0, 0, 0, 3]
    assert tap.joins(CopyNumber(33, 1))
    assert tap.lost("tts.audio", CopyNumber(11, 3)) == 0, "the last of a hub that died may come late"


def test_numbers_of_a_source_that_never_came_are_told_once_and_may_come_late() -> None:
    tap = Continuity()
    assert tap.place("a", header(seq=3)) == Place()
    assert tap.place("a", header(seq=6)) == Place(first=4, last=5)
    assert tap.place("a", header(seq=5)) == Place(), "sent again to the next hub"
    assert tap.place("a", header(seq=5)) == Place(again=True)
    assert tap.place("a", header(seq=6)) == Place(again=True)
    assert tap.place("a", header(seq=7)) == Place()
    assert tap.place("a", header(seq=9, epoch=2)) == Place(), "a new life counts by itself"
    assert tap.place("b", header(seq=9)) == Place(), "and so does each topic"


def test_what_is_missing_is_remembered_within_bounds() -> None:
    tap = Continuity()
    tap.place("a", header(seq=1))
    assert tap.place("a", header(seq=10**9)) == Place(first=2, last=10**9 - 1)
    assert sum(len(run.missing) for run in tap._runs.values()) <= 20_002
