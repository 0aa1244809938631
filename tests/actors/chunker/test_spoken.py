"""Scenes of marks that a voice leaves out."""

from __future__ import annotations

import pytest

from actors.chunker.spoken import SpokenText


def spoken(text: str) -> str:
    hearing = SpokenText()
    return " ".join(("".join(hearing.hear(character) for character in text) + hearing.finish()).split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**bold** and *soft* and ***both***", "bold and soft and both"),
        ("*smiles warmly* Hello *усміхається* there (зітхає)", "Hello there"),
        ("(for example) and (so on)", "(for example) and (so on)"),
        ("(laugh lines are fine", "(laugh lines are fine"),
        ("[a page](https://a.b/c_(d)) or [2] or [open", "a page) or or open"),
        ("# Title\n> quoted\n- one\n* two\n+ three\n• four\n---\n1. five", "Title quoted one two three four 1. five"),
        ("-5 degrees\n- 5 apples", "-5 degrees 5 apples"),
        ("2*3 and 2 * 3", "2×3 and 2 × 3"),
        ("snake_case and _soft_.", "snake_case and soft."),
        ("Use `pip` now", "Use pip now"),
        ("soft\u00adhyphen, 20 °C, №5 😀!", "softhyphen, 20 °C, №5 !"),
        ("| a | b |", "a b"),
        ("*italic with no end", "italic with no end"),
    ],
)
def test_marks_go_and_words_stay(text: str, said: str) -> None:
    assert spoken(text) == said


def test_a_bracket_holds_the_answer_back_for_one_word_only() -> None:
    hearing = SpokenText()
    assert "".join(hearing.hear(character) for character in "(for ") == "(for "
    assert hearing.hear("e") == "e"
