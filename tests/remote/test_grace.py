"""Grace of a session that nobody looks after."""

from __future__ import annotations

from bus.clock import SECOND
from remote.grace import FIRST_S, Grace


def test_a_director_that_never_comes_ends_the_session_also_with_no_grace() -> None:
    grace = Grace(0, 0)
    assert not grace.over(int(FIRST_S * SECOND))
    assert grace.over(int(FIRST_S * SECOND) + 1)


def test_one_that_vanishes_ends_it_after_the_grace() -> None:
    grace = Grace(5, 0)
    grace.came()
    assert not grace.over(1_000 * SECOND)
    grace.went(1_000 * SECOND, on_purpose=False)
    assert not grace.over(1_005 * SECOND)
    assert grace.over(1_005 * SECOND + 1)


def test_one_that_comes_back_in_time_saves_it() -> None:
    grace = Grace(5, 0)
    grace.came()
    grace.went(1_000 * SECOND, on_purpose=False)
    grace.came()
    assert not grace.over(2_000 * SECOND)


def test_one_that_leaves_on_purpose_lets_it_run() -> None:
    grace = Grace(5, 0)
    grace.came()
    grace.went(1_000 * SECOND, on_purpose=True)
    grace.hub_restarted(2_000 * SECOND)
    assert not grace.over(10**6 * SECOND)


def test_one_that_died_together_with_the_hub_is_missed_all_the_same() -> None:
    grace = Grace(1, 0)
    grace.came()
    grace.hub_restarted(1_000 * SECOND)
    assert not grace.over(1_009 * SECOND)  # a living one has time to find the new hub
    assert grace.over(1_011 * SECOND)


def test_a_living_one_says_hello_to_the_new_hub_and_all_is_well() -> None:
    grace = Grace(1, 0)
    grace.came()
    grace.hub_restarted(1_000 * SECOND)
    grace.came()
    assert not grace.over(10**6 * SECOND)


def test_a_hub_that_restarts_while_the_grace_runs_does_not_lengthen_it() -> None:
    grace = Grace(20, 0)
    grace.came()
    grace.went(1_000 * SECOND, on_purpose=False)
    grace.hub_restarted(1_019 * SECOND)
    assert grace.over(1_021 * SECOND)
