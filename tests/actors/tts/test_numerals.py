"""Numerals in English and Ukrainian."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tts.numerals import (
    MOST,
    Ending,
    Forms,
    Gender,
    counted,
    english,
    english_ordinal,
    english_year,
    genitive,
    is_one,
    roman,
    ukrainian,
    ukrainian_genitive,
    ukrainian_ordinal,
)

NUMBERS = st.integers(0, MOST - 1)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"), (21, "twenty-one"), (100, "one hundred"), (1_234, "one thousand two hundred thirty-four"),
        (2_000_001, "two million one"),
    ],
)  # fmt: skip
def test_english_counts(number: int, words: str) -> None:
    assert english(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "first"), (12, "twelfth"), (23, "twenty-third"), (40, "fortieth"), (100, "one hundredth"), (9, "ninth")],
)
def test_english_orders(number: int, words: str) -> None:
    assert english_ordinal(number) == words


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (1991, "nineteen ninety-one"), (1900, "nineteen hundred"), (1905, "nineteen oh five"), (2005, "two thousand five"),
        (2026, "twenty twenty-six"), (988, "nine hundred eighty-eight"),
    ],
)  # fmt: skip
def test_english_years(year: int, words: str) -> None:
    assert english_year(year) == words


@pytest.mark.parametrize(
    ("number", "gender", "words"),
    [
        (0, "m", "нуль"), (1, "f", "одна"), (22, "f", "двадцять дві"), (1, "n", "одне"), (1_000, "m", "тисяча"),
        (2_001, "m", "дві тисячі один"), (1_234_567, "m", "мільйон двісті тридцять чотири тисячі п'ятсот шістдесят сім"),
        (5_000_000, "m", "п'ять мільйонів"), (21_000, "m", "двадцять одна тисяча"),
    ],
)  # fmt: skip
def test_ukrainian_counts_in_the_gender_of_the_thing(number: int, gender: str, words: str) -> None:
    assert ukrainian(number, gender) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "ending", "words"),
    [
        (23, "gen_m", "двадцять третього"), (3, "f", "третя"), (10, "loc_f", "десятій"), (40, "m", "сороковий"),
        (2026, "gen_m", "дві тисячі двадцять шостого"), (1991, "loc_m", "тисяча дев'ятсот дев'яносто першому"),
        (1900, "m", "тисяча дев'ятисотий"), (2000, "gen_m", "двохтисячного"), (90, "pl_gen", "дев'яностих"),
        (1000, "m", "тисячний"), (0, "f", "нульова"), (8, "n", "восьме"), (112, "m", "сто дванадцятий"),
    ],
)  # fmt: skip
def test_ukrainian_orders_in_its_case(number: int, ending: Ending, words: str) -> None:
    assert ukrainian_ordinal(number, ending) == words


@pytest.mark.parametrize(
    ("number", "form"),
    [(1, "гривня"), (3, "гривні"), (5, "гривень"), (11, "гривень"), (21, "гривня"), (112, "гривень")],
)
def test_the_counted_word_follows_the_number(number: int, form: str) -> None:
    assert counted(number, ("гривня", "гривні", "гривень", "f")) == form


@given(NUMBERS, NUMBERS)
def test_two_numbers_are_never_the_same_words(one: int, other: int) -> None:
    assert (english(one) == english(other)) == (one == other) == (ukrainian(one) == ukrainian(other))


@given(st.integers(0, 999_999))
def test_every_ordinal_is_words_with_single_blanks(number: int) -> None:
    for words in (english_ordinal(number), ukrainian_ordinal(number)):
        assert words == " ".join(words.split()) and "-" not in words.split()


@pytest.mark.parametrize(("numeral", "number"), [("I", 1), ("IV", 4), ("IX", 9), ("XIV", 14), ("XXI", 21), ("XIX", 19)])
def test_roman_numerals_are_read(numeral: str, number: int) -> None:
    assert roman(numeral) == number


@pytest.mark.parametrize(
    ("number", "gender", "words"),
    [
        (0, "m", "нуля"), (1, "m", "одного"), (1, "f", "однієї"), (2, "f", "двох"), (15, "m", "п'ятнадцяти"), (40, "m", "сорока"),
        (90, "m", "дев'яноста"), (100, "m", "ста"), (221, "f", "двохсот двадцяти однієї"), (1_000, "m", "тисячі"), (2_000, "m", "двох тисяч"),
        (21_000, "m", "двадцяти однієї тисячі"), (1_000_000, "m", "мільйона"), (5_000_500, "m", "п'яти мільйонів п'ятисот"),
    ],
)  # fmt: skip
def test_ukrainian_counts_in_the_genitive(number: int, gender: Gender, words: str) -> None:
    assert ukrainian_genitive(number, gender) == words


def test_what_is_counted_in_the_genitive_is_singular_behind_one_only() -> None:
    forms: Forms = ("цент", "центи", "центів", "m")
    assert [genitive(number, forms) for number in (1, 2, 5, 11, 21)] == ["цента", "центів", "центів", "центів", "цента"]
    assert genitive(1, ("гривня", "гривні", "гривень", "f")) == "гривні"
    assert [number for number in range(32) if is_one(number)] == [1, 21, 31]


@given(NUMBERS)
def test_every_number_has_a_genitive(number: int) -> None:
    assert "-" not in ukrainian_genitive(number) and "  " not in ukrainian_genitive(number)
