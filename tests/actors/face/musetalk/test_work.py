"""Scenes of the work of a batch: filled up to its size, dropped between two steps, timed before the first call."""

from __future__ import annotations

import numpy as np
import pytest

from actors.face.musetalk.queue import Waiting
from actors.face.musetalk.work import Work, warm_up
from bus.clock import MS, SECOND
from tests.actors.face.musetalk.pretended import REST, Pretended, likeness

SOUND = np.full(16_000, 0.25, np.float32)
TWO = (Waiting(5, 1.0), Waiting(6, 1 / 3))


def test_a_batch_is_filled_up_and_gives_what_was_asked_for() -> None:
    network = Pretended()
    mouths = Work(likeness(), 0, TWO, 4).done(network.as_network(), 0, SOUND, lambda: True)
    assert network.batches == [4]
    assert [mouth.index for mouth in mouths] == [5, 6]
    assert [mouth.clip_frame for mouth in mouths] == [1, 2]
    assert int(mouths[0].crop[0, 0, 0]) == 100, "0.25 * 400: its window lies in the sound as a whole"
    assert int(mouths[1].crop[0, 0, 0]) == round(100 / 3 + (REST + 2) * 2 / 3), "a third of it"


@pytest.mark.parametrize(("looks", "heard", "thought"), [(0, 0, 0), (1, 1, 0), (2, 1, 1)])
def test_what_nobody_wants_any_more_ends_after_the_present_step(looks: int, heard: int, thought: int) -> None:
    network, left = Pretended(), iter([True] * looks + [False] * 9)
    assert Work(likeness(), 0, TWO, 2).done(network.as_network(), 0, SOUND, lambda: next(left)) == []
    assert (network.heard, len(network.batches)) == (heard, thought)


def test_each_size_is_timed_and_the_fastest_time_counts() -> None:
    times = iter([0, 90 * MS, 100 * MS, 120 * MS, 200 * MS, 260 * MS, 300 * MS, 350 * MS])
    assert warm_up(Pretended().as_network(), (4, 1, 4), lambda: next(times)) == {1: 20 * MS, 4: 50 * MS}


def test_where_one_picture_takes_long_larger_batches_are_not_even_tried() -> None:
    network, times = Pretended(), iter(range(0, 100 * SECOND, 3 * SECOND))
    assert warm_up(network.as_network(), (1, 4, 8), lambda: next(times)) == {1: 3 * SECOND}
    assert network.batches == [1, 1]
