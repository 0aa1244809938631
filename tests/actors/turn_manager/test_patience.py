"""Patience with a reply. What comes of it is told by the scenes in scenes/degraded.txt and thinking.txt."""

from __future__ import annotations

from actors.turn_manager.conversation import Reply
from actors.turn_manager.faculties import Faculties
from actors.turn_manager.patience import AWAY_NS, LAST_SOUND_NS, due_at, judge
from actors.turn_manager.settings import TurnSettings
from bus.clock import SECOND
from bus.messages import Sentence, SentencesDone

RULES = TurnSettings(answer_within_s=5, reply_timeout_ms=20_000)
ALL = Faculties()


def reply(*, answers: bool = True) -> Reply:
    return Reply(1, 1, "en", answers, 0)


def test_the_first_words_of_an_answer_are_waited_for_less_long_than_the_rest() -> None:
    one = reply()
    assert due_at(one, "thinking", ALL, RULES) == 5 * SECOND
    assert judge(one, "thinking", ALL, RULES, 5 * SECOND) == "unanswered"
    one.think(Sentence(index=0, text="Well.", language="en"), 4 * SECOND)
    assert due_at(one, "thinking", ALL, RULES) == 24 * SECOND
    assert judge(one, "thinking", ALL, RULES, 24 * SECOND) == "late"


def test_a_text_to_say_and_a_plan_that_wants_no_apology_have_the_longer_patience_only() -> None:
    assert due_at(reply(answers=False), "thinking", ALL, RULES) == 20 * SECOND
    patient = TurnSettings(answer_within_s=0)
    assert judge(reply(), "thinking", ALL, patient, 19 * SECOND) is None
    assert judge(reply(), "thinking", ALL, patient, 20 * SECOND) == "late"


def test_who_is_away_and_may_come_back_is_waited_for_longer_whatever_the_reply_waits_for() -> None:
    away = Faculties(whole=False)
    one = reply()
    for phase in ("thinking", "speaking"):
        assert judge(one, phase, away, RULES, AWAY_NS - 1) is None
        assert due_at(one, phase, away, RULES) == AWAY_NS
    assert judge(one, "speaking", away, RULES, AWAY_NS) == "late"
    longer = TurnSettings(reply_timeout_ms=60_000)
    assert due_at(one, "speaking", away, longer) == 60 * SECOND


def test_where_nobody_can_speak_a_reply_is_done_with_its_last_word_or_its_last_sound() -> None:
    mute = Faculties(speaks=False)
    one = reply()
    one.think(Sentence(index=0, text="Well.", language="en"), 0)
    assert judge(one, "thinking", mute, RULES, 1) is None
    one.think(SentencesDone(sentences=1), 0)
    assert judge(one, "thinking", mute, RULES, 1) == "done"
    assert judge(one, "speaking", mute, RULES, LAST_SOUND_NS - 1) is None
    assert judge(one, "speaking", mute, RULES, LAST_SOUND_NS) == "late"
