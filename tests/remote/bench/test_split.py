"""Scenes of a call on two hosts beside one on a single machine."""

from __future__ import annotations

from remote.bench.split import Talk, cost_figure
from remote.bench.turns import AnsweredTurn


def answered(total_ms: float, **stages: float) -> AnsweredTurn:
    return AnsweredTurn(total_ms=total_ms, wait_ms=450, engines={}, stages=stages, vad_error_ms=0)


def test_the_cost_of_the_way_is_told_with_where_it_arose() -> None:
    alone = Talk(3.0, [answered(600, llm=2, tts=3), answered(620, llm=2, tts=3)], [])
    split = Talk(5.0, [answered(660, llm=30, tts=31), answered(690, llm=30, tts=5)], [])
    figure = cost_figure(alone, split)
    assert (figure.value, figure.verdict) == (65.0, "ok")
    assert figure.note.endswith("llm +28 · tts +15")


def test_more_than_the_budget_is_a_miss() -> None:
    assert cost_figure(Talk(3.0, [answered(600)], []), Talk(5.0, [answered(750)], [])).verdict == "miss"
