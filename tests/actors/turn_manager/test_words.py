from __future__ import annotations

import pytest

from actors.turn_manager.words import join, language_of, made_of, words


def test_words_lose_their_case_and_punctuation_but_keep_what_joins_them() -> None:
    assert words("Uh-huh, I’m… HERE!") == ["uh-huh", "i'm", "here"]
    assert words("П'ять — з’їв?") == ["п'ять", "з'їв"]
    assert words(" … ") == []


def test_blank_texts_leave_no_space_when_joined() -> None:
    assert join("", " one ", "  ", "two") == "one two"


@pytest.mark.parametrize(("text", "language"), [("Hello", "en"), ("Привіт", "uk"), ("ok, так", "uk"), ("", "en")])
def test_any_cyrillic_letter_makes_a_text_ukrainian(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_text_is_made_of_phrases_only_when_nothing_else_is_in_it() -> None:
    pattern = made_of(["stop", "stop it", "it's"])
    assert pattern.fullmatch("stop it stop")
    assert not pattern.fullmatch("stop its")
    assert not pattern.fullmatch("stopstop")
    assert not pattern.fullmatch("")
