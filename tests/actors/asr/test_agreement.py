"""Scenes of the agreement: one hypothesis after the other, and what is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.asr.agreement import Agreement


def told(*hypotheses: str) -> list[str | None]:
    agreement = Agreement()
    return [agreement.hear(hypothesis.split()) for hypothesis in hypotheses]


def test_what_was_heard_twice_is_told() -> None:
    assert told("я", "я хочу", "я хочу знати") == [None, "я", "я хочу"]


def test_a_change_of_mind_about_the_end_is_not_told() -> None:
    assert told("how do", "how dough you", "how do you work", "how do you work") == [
        None, "how", None, "how do you work",
    ]  # fmt: skip


def test_punctuation_and_capitals_do_not_matter_and_the_newest_are_told() -> None:
    assert told("well", "Well,", "Well, «yes»", "well yes") == [None, "Well,", None, "well yes"]


def test_nothing_new_is_not_told_again() -> None:
    assert told("one two", "one two", "one two", "one", "one two") == [None, "one two", None, None, None]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6)))
def test_what_is_told_was_in_two_hypotheses_in_a_row_and_grows(hypotheses: list[list[str]]) -> None:
    agreement, longest, before = Agreement(), 0, list[str]()
    for words in hypotheses:
        if (text := agreement.hear(words)) is not None:
            count = len(text.split())
            assert count > longest
            assert text.split() == words[:count] == before[:count]
            longest = count
        before = words
