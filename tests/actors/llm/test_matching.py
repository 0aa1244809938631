"""Scenes of matching: reworded and misheard questions find their answer, other subjects find none."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.llm.matching import Matcher, core_words, plain_words
from actors.llm.persona import PersonaSettings
from actors.llm.persona_file import read_persona

HERE = Path(__file__).parent
PERSONA = read_persona(HERE.parents[2] / "topology" / "persona.toml")
MATCHER = Matcher([answer.questions for answer in PERSONA.answers])
THRESHOLD = PersonaSettings(persona="").threshold


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def answered(heard: str) -> str:
    """First question of the answer that is given, or nothing."""
    index, score = MATCHER.best(heard)
    return PERSONA.answers[index].questions[0] if score >= THRESHOLD else ""


def test_reworded_and_misheard_questions_find_their_answer() -> None:
    asked = [line.split(" | ") for line in lines("asked.txt")]
    missed = [(heard, answered(heard)) for expected, heard in asked if answered(heard) != expected]
    assert len(asked) >= 150
    assert len(missed) <= len(asked) * 0.06, missed
    wrong = [pair for pair in missed if pair[1]]
    assert len(wrong) <= 1, wrong


def test_questions_about_anything_else_find_no_answer() -> None:
    unrelated = lines("unrelated.txt")
    assert len(unrelated) >= 100
    assert [(heard, answered(heard)) for heard in unrelated if answered(heard)] == []


def test_each_known_question_finds_its_own_answer() -> None:
    for answer in PERSONA.answers:
        for question in answer.questions:
            assert answered(question) == answer.questions[0]


@pytest.mark.parametrize("letters", ["", "...", "😀"])
def test_nothing_said_is_nothing_asked(letters: str) -> None:
    assert MATCHER.best(letters) == (-1, 0.0)


def test_a_hundred_words_that_merely_hold_a_question_are_not_that_question() -> None:
    assert answered("the train to the sea was late again " * 12 + "who are you") == ""


def test_short_forms_are_written_out_and_hesitation_is_left_out() -> None:
    assert plain_words("What's your name? I’m John, I can't.") == [
        "what",
        "is",
        "your",
        "name",
        "i",
        "am",
        "john",
        "i",
        "can",
        "not",
    ]
    assert core_words("Wait, sorry, who made you?") == ["who", "made", "you"]
    assert core_words("um could you tell me how do you work please") == ["how", "do", "you", "work"]
    assert core_words("Hello") == ["hello"]
