"""Pace: the figures of an answer."""

from __future__ import annotations

from actors.llm.engine import Cost
from actors.llm.pace import Pace
from bus.clock import MS, SECOND
from bus.messages import AnswerCost


def test_the_first_word_counts_from_the_prompt_and_the_rate_from_the_first_word() -> None:
    pace = Pace(SECOND)
    for piece in range(11):
        pace.note(SECOND + 250 * MS + piece * 20 * MS)
    assert pace.cost(Cost()) == AnswerCost(first_ms=250.0, tokens=11, tokens_per_s=50.0)


def test_an_engine_that_counts_is_believed() -> None:
    pace = Pace(0)
    pace.note(MS)
    pace.note(SECOND + MS)
    assert pace.cost(Cost(prompt_tokens=90, reused_tokens=80, tokens=41, left_out=3)) == AnswerCost(
        first_ms=1.0, tokens=41, tokens_per_s=40.0, prompt_tokens=90, reused_tokens=80, left_out=3
    )


def test_no_answer_has_no_pace() -> None:
    assert Pace(5).cost(Cost(), "gone") == AnswerCost(first_ms=0.0, tokens=0, tokens_per_s=0.0, failed="gone")
