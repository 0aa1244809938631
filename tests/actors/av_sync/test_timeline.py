"""Timeline: positions and times, running and held."""

from __future__ import annotations

from actors.av_sync.timeline import Timeline, nanoseconds
from bus.clock import MS, SECOND


def test_while_running_time_and_position_go_together() -> None:
    line = Timeline(4800, SECOND, running=True)
    assert line.heard(SECOND + 50 * MS) == 7200
    assert line.heard(SECOND - 100 * MS) == 0
    assert line.at(9600, 0) == SECOND + 100 * MS


def test_while_held_the_position_stays_and_times_begin_now() -> None:
    line = Timeline(4800, SECOND, running=False)
    assert line.heard(9 * SECOND) == 4800
    assert line.at(9600, 9 * SECOND) == 9 * SECOND + nanoseconds(4800)


def test_held_and_resumed_it_goes_on_from_the_same_sample() -> None:
    line = Timeline(0, SECOND, running=True).held(2 * SECOND).resumed(5 * SECOND)
    assert line.heard(5 * SECOND) == 48_000
    assert line.resumed(9 * SECOND) is line


def test_a_plan_that_is_held_before_its_start_begins_at_its_start() -> None:
    assert Timeline(0, 2 * SECOND, running=True).held(SECOND) == Timeline(0, SECOND, running=False)
