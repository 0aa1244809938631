"""Scenes of telling a language by its script."""

from __future__ import annotations

import pytest

from actors.language import language_of


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("Hello", "en", "en"),
        ("Hello", "de", "de"),
        ("Hello", "uk", "en"),
        ("Привіт, як справи", "en", "uk"),
        ("Добре", "en", "uk"),
        ("Это было бы хорошо", "en", "ru"),
        ("Это было бы хорошо", "uk", "uk"),
        ("Моє ім'я Nova", "en", "uk"),
        ("3.5!", "uk", "uk"),
    ],
)
def test_script_and_hint_tell_the_language(text: str, hint: str, language: str) -> None:
    assert language_of(text, hint) == language
