"""Spelling of texts: what holds for every text and both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tts.spelling import spell

TEXTS = st.text(st.sampled_from("0123456789.,:/-–%$€₴№° abкгртс'\n"), max_size=40) | st.text(max_size=40)
LANGUAGES = st.sampled_from(["en", "en-GB", "uk", "uk-UA"])


@given(TEXTS, LANGUAGES)
def test_no_digit_is_left(text: str, language: str) -> None:
    assert not any(character in "0123456789" for character in spell(text, language).text)


@given(TEXTS, LANGUAGES)
def test_every_place_has_its_place_in_the_spoken_text_and_the_order_stays(text: str, language: str) -> None:
    spelled = spell(text, language)
    places = [spelled.at(written) for written in range(len(text) + 1)]
    assert places == sorted(places)
    assert places[0] == 0 and places[-1] == len(spelled.text) if text else not spelled.text


@given(st.text(max_size=60), st.sampled_from(["de", "", "ru"]))
def test_other_languages_stay_as_they_are(text: str, language: str) -> None:
    assert spell(text, language).text == text


@pytest.mark.parametrize(("text", "language"), [("Hello there, friend.", "en"), ("Привіт, друже — як справи?", "uk")])
def test_plain_words_stay_as_they_are(text: str, language: str) -> None:
    spelled = spell(text, language)
    assert spelled.text == text and [spelled.at(i) for i in range(len(text) + 1)] == list(range(len(text) + 1))


def test_a_word_behind_a_number_is_found_behind_its_words() -> None:
    spelled = spell("In 1991 we met", "en")
    assert spelled.text == "In nineteen ninety-one we met"
    assert spelled.text[spelled.at(8) :] == "we met"


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("piece", ["1", "1/", "a.", "a@", "до 1 ", "1.2.3.", "http://", "$5-"])
def test_a_huge_text_is_spelled_too(piece: str, language: str) -> None:
    assert not any(character in "0123456789" for character in spell(piece * 5_000, language).text)
