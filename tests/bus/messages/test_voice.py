"""Scenes of the place of a sentence in a reply."""

from __future__ import annotations

from bus.messages import Place


def test_each_sentence_begins_behind_the_pause_of_the_one_before() -> None:
    first = Place(turn=1, gen=2)
    second = first.after(1_000, 50)
    assert (second.sentence, second.position, second.pause, second.start) == (1, 1_000, 50, 1_050)
    assert second.after(10, 0) == Place(turn=1, gen=2, sentence=2, position=1_060)


def test_a_sentence_without_sound_moves_nothing() -> None:
    second = Place(turn=1, gen=1).after(1_000, 50)
    assert second.after(0, 0) == Place(turn=1, gen=1, sentence=2, position=1_000, pause=50)
