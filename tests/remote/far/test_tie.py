"""Scenes of a tie to another host: what happens to it, and what it says of that. Times in ms."""

from __future__ import annotations

from bus.clock import MS
from bus.errors import Broken, Gone, Wrong
from bus.span_view import SpanView
from remote.far.tie import TRIES, Stage, Tie

GONE = Gone("the connection to gpu was closed", "see whether it still runs")


def tie(*stages: Stage) -> Tie:
    tied = Tie("gpu", "root@gpu:22")
    for stage in stages:
        tied.reached(stage, 0)
    return tied


def words(tied: Tie, at_ms: float = 0) -> str:
    return tied.status(int(at_ms * MS), SpanView("gpu", True, 10.0, 48.2, 0.9, 24.1, 31.4)).words


def test_each_step_to_another_host_says_what_is_going_on() -> None:
    tied = tie()
    assert words(tied) == "not asked for yet"
    tied.reached("shipping", 0)
    assert words(tied) == "looking at what it needs"
    tied.detail = "logging in at root@gpu:22"
    assert words(tied) == "logging in at root@gpu:22"
    tied.detail = "sending the code"
    assert words(tied) == "sending the code"
    tied.reached("starting", 0)
    assert "starting its part" in words(tied)
    tied.reached("joining", 0)
    assert words(tied) == "joining the two hubs"
    tied.reached("up", 0)
    assert words(tied) == "connected, round trip 48.2 ms, voice within 31 ms, clocks within ±0.9 ms (at worst ±24.1)"


def test_a_fresh_one_is_tried_at_once() -> None:
    assert tie().is_due(0)
    assert not tie("shipping").is_due(0)


def test_one_that_broke_is_tried_again_soon_and_then_a_little_later_each_time_but_never_later_than_after_500_ms() -> (
    None
):
    tied = tie("up")
    at_ms, waits = 0, []
    for _ in range(6):
        tied.failed(GONE, at_ms * MS)
        since = at_ms
        while not tied.is_due(at_ms * MS):
            at_ms += 50
        waits.append(at_ms - since)
        tied.reached("starting", at_ms * MS)
    assert waits == [100, 200, 400, 500, 500, 500]
    tied.reached("up", at_ms * MS)
    tied.failed(GONE, at_ms * MS)
    assert tied.is_due((at_ms + 100) * MS)


def test_what_no_try_can_mend_is_not_tried_all_the_time() -> None:
    tied = tie("up")
    tied.failed(Wrong("gpu shows another host key than before"), 0)
    assert not tied.is_due(4_900 * MS)
    assert tied.is_due(5_000 * MS)


def test_the_first_connection_is_tried_once_at_a_time() -> None:
    tied = tie()
    tied.tried(0)
    assert tied.stage == "starting"
    assert not tied.is_due(60_000 * MS)


def test_one_that_was_there_is_tried_afresh_beside_a_try_that_hangs() -> None:
    tied = tie("up")
    tied.failed(GONE, 1_000 * MS)
    tied.tried(1_100 * MS)
    assert not tied.is_due(1_599 * MS)
    assert tied.is_due(1_600 * MS)
    assert words(tied, 6_000) == "out of reach for 5 s: the connection to gpu was closed; logging in again"


def test_a_slow_login_is_given_twice_its_time_before_a_fresh_one_takes_its_place() -> None:
    tied = tie("up")
    tied.logged_in(4_000 * MS)
    tied.failed(GONE, 0)
    tied.tried(100 * MS)
    assert TRIES == 4
    assert not tied.is_due(2_099 * MS)
    assert tied.is_due(2_100 * MS)


def test_a_silent_connection_is_kept_while_another_is_tried() -> None:
    tied = tie("up")
    tied.fell_silent(1_000 * MS)
    assert not tied.is_due(1_400 * MS)
    assert tied.is_due(1_500 * MS)
    tied.tried(1_500 * MS)
    assert tied.stage == "silent"
    assert tied.is_due(2_000 * MS)


def test_hubs_that_do_not_meet_over_one_connection_get_another() -> None:
    tied = tie("up")
    tied.failed(GONE, 0)
    tied.reached("joining", 1_000 * MS)
    assert not tied.is_due(3_900 * MS)
    assert tied.is_due(4_000 * MS)


def test_a_part_that_has_ended_there_is_begun_by_one_try_at_a_time() -> None:
    tied = tie("up")
    tied.over(Broken("its part of the call had ended"), 0)
    assert tied.is_due(100 * MS)
    tied.tried(100 * MS)
    assert not tied.is_due(60_000 * MS)


def test_one_that_is_out_of_reach_says_for_how_long_and_why() -> None:
    tied = tie("up")
    tied.failed(GONE, 1_000 * MS)
    tied.tried(2_000 * MS)
    tied.failed(Broken("nothing listens at gpu"), 3_000 * MS)
    assert words(tied, 8_000) == "out of reach for 7 s: nothing listens at gpu; trying again"


def test_one_that_nothing_is_heard_from_says_so_before_anybody_has_hung_up() -> None:
    tied = tie("up")
    tied.fell_silent(1_000 * MS)
    assert words(tied, 4_000) == "silent for 3 s; waiting for it"
    tied.failed(GONE, 9_000 * MS)
    assert words(tied, 9_000).startswith("out of reach for 8 s")
    assert tied.cuts == 1


def test_one_that_is_back_says_how_often_it_was_lost() -> None:
    tied = tie("up")
    for at_ms in (1_000, 2_000):
        tied.failed(GONE, at_ms * MS)
        tied.reached("up", (at_ms + 500) * MS)
    assert words(tied).endswith("lost 2 times so far")
