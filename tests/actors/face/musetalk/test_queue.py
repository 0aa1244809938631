"""Scenes of the queue: batches that are full, small ones where speech begins and ends, and order always."""

from __future__ import annotations

import pytest

from actors.face.musetalk.queue import Queue, Waiting


def filled(shares: str, first_batch: int = 2, batch: int = 4) -> Queue:
    queue = Queue(first_batch, batch)
    for frame, sign in enumerate(shares):
        queue.put(Waiting(frame, float(sign == "#")))
    return queue


def taken(queue: Queue, hurry: bool = False) -> list[list[int]]:
    batches = []
    while batch := queue.take(hurry):
        batches.append([picture.frame for picture in batch])
    return batches


def test_the_first_batch_is_small_and_the_next_are_full() -> None:
    queue = filled("#" * 5)
    assert queue.take() == [Waiting(frame, 1.0) for frame in range(4)], "what is there is drawn at once"
    assert taken(queue) == []
    queue = filled("##")
    assert taken(queue) == [[0, 1]]
    queue.put(Waiting(2, 1.0))
    queue.put(Waiting(3, 1.0))
    assert taken(queue) == []
    assert taken(queue, hurry=True) == [[2, 3]]


def test_idle_pictures_wait_for_nobody_but_those_before_them() -> None:
    assert taken(filled("...")) == [[0, 1, 2]]
    assert taken(filled("..#...")) == [[0, 1], [2], [3, 4, 5]]


def test_behind_a_silence_the_first_batch_is_small_again() -> None:
    assert taken(filled("####.##")) == [[0, 1, 2, 3], [4], [5, 6]]


@pytest.mark.parametrize("shares", ["", "#", "####", "#########", ".#.#..##", "#####.####.."])
def test_every_picture_comes_once_and_in_order(shares: str) -> None:
    batches = taken(filled(shares), hurry=True)
    assert [frame for batch in batches for frame in batch] == list(range(len(shares)))
    assert all(len({shares[frame] for frame in batch}) == 1 for batch in batches)
    assert all(len(batch) <= 4 for batch in batches if shares[batch[0]] == "#")


def test_the_first_picture_that_needs_the_network_is_known() -> None:
    assert filled("..##").first_drawn == 2
    assert filled("..").first_drawn is None
