"""Governed words of Ukrainian: in which case they stand."""

from __future__ import annotations

import re

import pytest

from actors.tts.governed_uk import GENITIVE, NAMED, of_a_number, with_its_number


def said(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    if match is None:
        return None
    return of_a_number(match) if pattern == GENITIVE else with_its_number(match)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("від 1,50 грн", "від однієї гривні п'ятдесяти копійок"), ("до $1.01", "до одного долара одного цента"),
        ("до 2,00 грн", "до двох гривень"), ("близько 1,5 л", "близько однієї цілої п'яти десятих літра"),
        ("до 10 тис. грн", "до десяти тисяч гривень"), ("до 3,14159", "до трьох кома один чотири один п'ять дев'ять"),
        ("До 5", "До п'яти"), ("без 1 хвилини", "без однієї"), ("до 1" + 15 * "0", "до один" + 15 * " нуль"),
    ],
)  # fmt: skip
def test_behind_a_preposition_a_number_stands_in_the_genitive(written: str, spoken: str) -> None:
    assert said(GENITIVE, written) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "з 2 друзями",
        "до 2025 року",
        "до 23.11.2026",
        "з 1 січня",
        "до 9:05",
        "від 5–10 км",
        "до 3-го",
        "до 044",
        "до5",
        "поради 5",
    ],
)
def test_what_has_a_rule_of_its_own_is_left_to_it(text: str) -> None:
    assert said(GENITIVE, text) is None


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("На с. 12", "На сторінці дванадцять"),
        ("з п. 1.2.3", "з пункту один крапка два крапка три"),
        ("смт Ворохта", "селище "),
    ],
)
def test_an_abbreviation_stands_in_the_case_that_its_preposition_asks_for(written: str, spoken: str) -> None:
    assert said(NAMED, written) == spoken


@pytest.mark.parametrize("text", ["м. київ", "кг. 5", "т. д.", "5 м. Потім", "п. Олена"])
def test_what_only_looks_like_an_abbreviation_before_a_name_or_number_is_none(text: str) -> None:
    assert said(NAMED, text) is None
