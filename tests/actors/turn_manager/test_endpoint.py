from __future__ import annotations

import pytest

from actors.turn_manager.endpoint import looks_complete


@pytest.mark.parametrize(
    "text",
    [
        "What time is it",
        "What are you looking for",
        "What are you looking for?",
        "Come in",
        "I think so",
        "Yes.",
        "Розкажи про себе",
        "Котра година?",
        "Так",
        "Що це?",
        "",
    ],
)
def test_a_sentence_that_has_its_end_looks_complete(text: str) -> None:
    assert looks_complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "I would like to go and",
        "because",
        "um",
        "Well...",
        "First of all,",
        "I want to talk about",
        "I want to talk about.",
        "And so",
        "I'm",
        "Tell me the",
        "Я хотів сказати, що",
        "але",
        "Я живу в",
        "Це мій",
        "ну",
        "Отже,",
    ],
)
def test_a_sentence_that_hangs_in_the_air_looks_unfinished(text: str) -> None:
    assert not looks_complete(text)


def test_further_words_can_leave_a_sentence_open() -> None:
    assert looks_complete("we should przez")
    assert not looks_complete("we should przez", frozenset({"przez"}))
