"""Scenes of when a host that nothing of a call runs on is let go."""

from __future__ import annotations

from bus.clock import SECOND
from remote.far.leave import END_S, IDLE_S, TELL_S, Leave


def leave_after(seconds: float) -> tuple[Leave, int]:
    leave = Leave()
    leave.needed(1_000 * SECOND)
    return leave, int((1_000 + seconds) * SECOND)


def test_it_stays_while_it_is_needed() -> None:
    leave, at_ns = leave_after(2 * IDLE_S)
    leave.needed(at_ns)
    assert not leave.is_due(at_ns + SECOND)
    assert not leave.is_idle(at_ns + SECOND)


def test_people_hear_of_it_before_it_is_told_to_end() -> None:
    leave, at_ns = leave_after(TELL_S + 1)
    assert (leave.is_idle(at_ns), leave.is_due(at_ns)) == (True, False)
    leave, at_ns = leave_after(IDLE_S + 1)
    assert leave.is_due(at_ns)


def test_it_is_told_once_and_waited_for_not_for_ever() -> None:
    leave, at_ns = leave_after(IDLE_S + 1)
    assert not leave.is_over(at_ns, ended=True), "it was not told yet"
    leave.told = True
    assert not leave.is_due(at_ns)
    assert [leave.is_over(at_ns, ended=ended) for ended in (False, True)] == [False, True]
    assert leave.is_over(at_ns + int(END_S * SECOND), ended=False)
