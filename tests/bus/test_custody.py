"""Custody of a process that may lose its parent."""

from __future__ import annotations

from bus.clock import SECOND
from bus.custody import Custody


def looks(custody: Custody, *at_s: float, cared_for: bool = False) -> list[bool]:
    return [custody.look(int(at * SECOND), cared_for=cared_for) for at in at_s]


def test_with_a_parent_it_is_never_over() -> None:
    assert looks(Custody(2), *range(100)) == [False] * 100


def test_an_orphan_that_nobody_looks_after_goes_when_its_grace_is_over() -> None:
    custody = Custody(3)
    looks(custody, 100)
    custody.orphaned = True
    assert looks(custody, 101, 102, 103, 104) == [False, False, False, True]


def test_whoever_comes_in_time_saves_it_and_the_next_grace_is_whole() -> None:
    custody = Custody(3)
    looks(custody, 100)
    custody.orphaned = True
    assert not any(looks(custody, 101, 102, 103))
    assert not any(looks(custody, 104, cared_for=True))
    assert looks(custody, 105, 106, 107, 108) == [False, False, False, True]


def test_a_machine_that_slept_for_an_hour_lets_nobody_die() -> None:
    custody = Custody(60)
    looks(custody, 100)
    custody.orphaned = True
    assert not any(looks(custody, 101, 3_700, 7_300))
