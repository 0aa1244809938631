"""Instructions: who the model is told to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from actors.llm.instructions import NOBODY, RULES, instructions
from actors.llm.persona_file import read_persona

NOVA = read_persona(Path(__file__).parents[3] / "topology" / "persona.toml")


def test_without_a_persona_it_is_a_clone_that_speaks_in_short_sentences() -> None:
    text = instructions(None)
    assert text.startswith(NOBODY)
    assert all(rule in text for rule in RULES)
    assert "No markdown" in text and "short sentences" in text


def test_it_is_told_its_name_who_that_is_and_which_languages_it_speaks() -> None:
    text = instructions(replace(NOVA, about="Nova builds boats in Odesa."), style="Be dry.")
    assert text.startswith("You are Nova, a digital clone in a live video call.")
    assert "Nova builds boats in Odesa." in text
    assert "English or Ukrainian" in text
    assert text.endswith("Be dry.")


def test_answers_of_all_languages_are_shown_alike_in_the_order_of_the_file() -> None:
    text = instructions(NOVA, examples=6)
    shown = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(shown) == 6
    assert sum(any("а" <= letter <= "я" for letter in line) for line in shown) == 3
    assert shown[0] == f"- {NOVA.answers[0].questions[0]}"
    assert NOVA.unknown["uk"][0] in text


def test_more_answers_than_there_are_is_all_of_them() -> None:
    text = instructions(NOVA, examples=500)
    assert all(answer.answers[0] in text for answer in NOVA.answers)


def test_it_is_the_same_every_time() -> None:
    assert instructions(NOVA, examples=30) == instructions(NOVA, examples=30)
