"""Scenes of the tempo: figures from calls, each second and at the end of a reply."""

from __future__ import annotations

from actors.face.tempo import Tempo
from bus.clock import MS, SECOND


def test_pictures_for_each_second_of_drawing_are_told_and_those_left_out_are_counted() -> None:
    tempo = Tempo()
    tempo.begin(0)
    tempo.drew([], 20 * MS)
    tempo.drew([0, 1, 4, 5], 60 * MS)
    assert tempo.told(SECOND) is None, "it just began"
    health = tempo.told(2 * SECOND)
    assert health is not None
    assert (health.fps, health.batch_ms, health.drawn, health.left_out) == (50.0, 80.0, 4, 2)


def test_it_tells_each_second_at_most_and_nothing_where_nothing_was_drawn() -> None:
    tempo = Tempo()
    tempo.drew([0], MS)
    assert tempo.told(SECOND, over=True)
    assert tempo.told(3 * SECOND, over=True) is None
    tempo.drew([1], MS)
    assert tempo.told(3 * SECOND // 2) is None
    assert tempo.told(2 * SECOND)


def test_a_reply_that_goes_on_in_its_middle_has_left_nothing_out_before_it() -> None:
    tempo = Tempo()
    tempo.begin(100)
    tempo.drew([100, 102], MS)
    health = tempo.told(1, over=True)
    assert health is not None
    assert health.left_out == 1
