"""Scenes of the pace, on virtual time: a fast network draws all, a slow one every n-th, and nothing is ever late."""

from __future__ import annotations

from itertools import pairwise

import pytest

from actors.face.musetalk.pace import FRAME_NS, Pace
from bus.clock import MS

FAST = {1: 20 * MS, 4: 40 * MS, 8: 70 * MS}
SLOW = {1: 200 * MS, 4: 700 * MS, 8: 1_400 * MS}


def test_a_network_that_keeps_up_draws_every_picture() -> None:
    pace = Pace(FAST, 140)
    pace.begin()
    pace.heard(0, 0)
    assert pace.stride == 1
    assert pace.sizes == (1, 4, 8)
    assert pace.choose(range(8), 0) == list(range(8))


@pytest.mark.parametrize(("pictures", "size"), [(1, 1), (2, 4), (4, 4), (5, 8), (8, 8), (20, 8)])
def test_a_batch_has_one_of_the_sizes_that_were_warmed_up(pictures: int, size: int) -> None:
    assert Pace(FAST, 140).size_for(pictures) == size


def test_a_slow_network_draws_single_pictures_each_of_them_in_time() -> None:
    pace = Pace(SLOW, 140)
    pace.begin()
    now_ns, drawn = 0, []
    pace.heard(0, 0)
    for begin in range(0, 50, 2):
        for frame in pace.choose([begin, begin + 1], now_ns):
            now_ns += SLOW[1]
            assert now_ns <= pace.due_ns(frame)
            drawn.append(frame)
    assert pace.stride == 5
    assert pace.sizes == (1,)
    assert pace.fps == pytest.approx(5)
    assert len(drawn) == 10
    assert all(b - a >= 5 for a, b in pairwise(drawn))


def test_a_stall_is_not_caught_up_what_is_late_is_left_out() -> None:
    pace = Pace(FAST, 140)
    pace.begin()
    pace.heard(0, 0)
    late_ns = 10 * FRAME_NS
    assert pace.choose(range(1, 21), late_ns) == list(range(9, 21))


def test_sound_that_comes_later_than_it_could_be_heard_moves_what_is_due() -> None:
    pace = Pace(FAST, 140)
    pace.begin()
    pace.heard(10, 0)
    before = pace.due_ns(20)
    pace.heard(11, 0)
    assert pace.due_ns(20) == before, "sound that is ahead waits until it is heard"
    pace.heard(12, 500 * MS)
    assert pace.due_ns(20) == 500 * MS + 8 * FRAME_NS + 140 * MS


def test_a_new_reply_has_a_time_of_its_own() -> None:
    pace = Pace(SLOW, 140)
    pace.begin()
    pace.heard(0, 0)
    assert pace.choose(range(30), 0)
    pace.begin()
    pace.heard(0, 3_600_000 * MS)
    assert pace.choose([2], 3_600_000 * MS) == [2]


def test_measured_batches_change_the_pace() -> None:
    pace = Pace(FAST, 140)
    for _ in range(40):
        pace.took(8, 640 * MS)
    assert pace.stride == 1 and pace.sizes == (1,)
    for _ in range(40):
        pace.took(1, 80 * MS)
    assert pace.stride == 2


def test_a_picture_is_urgent_when_it_cannot_wait_for_the_next_ones_sound() -> None:
    pace = Pace(FAST, 140)
    pace.begin()
    pace.heard(0, 0)
    assert not pace.is_urgent(0, 0)
    assert pace.is_urgent(0, 100 * MS)
