from __future__ import annotations

import pytest

from actors.turn_manager.overlap import decided_at, judge
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.user_turn import UserTurn
from bus.clock import MS

RULES = TurnSettings()


def speech(text: str, *, lasts_ms: int | None, final: bool = True) -> UserTurn:
    """Speech from 0 ms on; `lasts_ms` None: it goes on."""
    turn = UserTurn()
    turn.started(1, 0, 0)
    if lasts_ms is not None:
        turn.stopped(1, lasts_ms * MS, lasts_ms * MS)
    if final:
        turn.final(1, text, "en", (lasts_ms or 0) * MS)
    else:
        turn.partial(1, text, 0)
    return turn


@pytest.mark.parametrize(
    ("text", "lasts_ms", "verdict"),
    [
        ("", 499, "dismissed"),
        ("mm", 499, "dismissed"),
        ("no", 200, "confirmed"),
        ("stop", 200, "hush"),
        ("stop", 900, "hush"),
        ("mm", 500, "confirmed"),
        ("", 500, "confirmed"),
    ],
)
def test_finished_speech_is_judged_by_its_words_and_its_length(text: str, lasts_ms: int, verdict: str) -> None:
    assert judge(speech(text, lasts_ms=lasts_ms), RULES, lasts_ms * MS) == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("", None), ("no", None), ("yeah okay", None), ("no but", "confirmed"), ("yeah but", "confirmed")],
)
def test_open_speech_needs_two_words_that_are_not_backchannel(text: str, verdict: str | None) -> None:
    assert judge(speech(text, lasts_ms=None, final=False), RULES, 0) == verdict


def test_open_speech_is_a_turn_when_an_end_would_have_been_reported() -> None:
    turn = speech("", lasts_ms=None, final=False)
    assert decided_at(turn, RULES) == 750 * MS
    assert judge(turn, RULES, 750 * MS - 1) is None
    assert judge(turn, RULES, 750 * MS) == "confirmed"


def test_speech_without_final_words_is_judged_by_what_is_known_at_the_end_of_the_wait() -> None:
    turn = speech("no", lasts_ms=300, final=False)
    assert decided_at(turn, RULES) == 2_300 * MS
    assert judge(turn, RULES, 2_300 * MS - 1) is None
    assert judge(turn, RULES, 2_300 * MS) == "confirmed"
