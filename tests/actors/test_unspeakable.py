"""Scenes of characters that no voice can say."""

from __future__ import annotations

import pytest

from actors.unspeakable import has_words, is_unspeakable


@pytest.mark.parametrize("character", list("😀❤✅→\ufe0f\u200d\ud83d\0\n`"))
def test_emoji_controls_and_broken_characters_are_unspeakable(character: str) -> None:
    assert is_unspeakable(character) is (character != "→")


@pytest.mark.parametrize(
    ("text", "has"), [("🙂!", False), ("…", False), ("", False), ("ok 🙂", True), ("日", True), ("5", True)]
)
def test_a_text_of_emoji_and_marks_has_no_words(text: str, has: bool) -> None:
    assert has_words(text) is has


@pytest.mark.parametrize("character", list("aїЄ5 .,!?…—«»°№%€$+=×'\u0301日"))
def test_letters_marks_money_and_stress_are_spoken(character: str) -> None:
    assert not is_unspeakable(character)
