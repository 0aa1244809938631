"""Scenes of the columns."""

from __future__ import annotations

from remote.columns import aligned


def test_words_stand_left_and_numbers_right() -> None:
    assert aligned([["who", "how many"], ["hub", "7"], ["turn-manager", "12"]], right={1}) == [
        "who           how many",
        "hub                  7",
        "turn-manager        12",
    ]


def test_a_column_with_nothing_in_it_is_left_out() -> None:
    assert aligned([["a", "b", "c"], ["1", "", "2"]]) == ["a  c", "1  2"]
    assert aligned([["a", "b"]]) == ["a  b"]
