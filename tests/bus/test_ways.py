"""Scenes of how long the way from another host takes."""

from __future__ import annotations

from bus.clock import MS
from bus.ways import KEEP, Ways


def test_nothing_is_said_before_anything_has_come() -> None:
    assert Ways().worst_ns("swift") == 0


def test_one_in_a_hundred_may_take_longer() -> None:
    ways = Ways()
    for ms in range(1, 101):
        ways.took("swift", ms * MS)
    assert ways.worst_ns("swift", 0.9) == 91 * MS
    assert ways.worst_ns("swift") == 100 * MS
    assert ways.worst_ns("bulky") == 0


def test_only_the_latest_count() -> None:
    ways = Ways()
    ways.took("bulky", 500 * MS)
    for _ in range(KEEP):
        ways.took("bulky", 25 * MS)
    assert ways.worst_ns("bulky", 1.0) == 25 * MS
