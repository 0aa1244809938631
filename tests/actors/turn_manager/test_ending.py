from __future__ import annotations

from actors.turn_manager.ending import Ending, ending, lose_patience
from actors.turn_manager.fake import FakeEndOfTurn, FakeSettings
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.user_turn import UserTurn
from bus.clock import MS

ENGINE = FakeEndOfTurn(FakeSettings(unfinished=("not yet",)))


def ends(turn: UserTurn) -> Ending:
    return ending(turn, ENGINE, TurnSettings())


def test_open_speech_is_waited_for_as_long_as_there_is_news() -> None:
    turn = UserTurn()
    turn.started(1, 0, 100 * MS)
    assert ends(turn) == Ending("stop-missing", 30_100 * MS, 0)


def test_missing_words_are_waited_for_from_the_end_of_their_own_utterance() -> None:
    turn = UserTurn()
    turn.started(1, 0, 0)
    turn.stopped(1, 500 * MS, 700 * MS)
    turn.started(2, 1_000 * MS, 1_000 * MS)
    turn.stopped(2, 2_000 * MS, 2_200 * MS)
    turn.final(2, "world", "en", 2_300 * MS)
    assert ends(turn) == Ending("final-missing", 2_500 * MS, 0)


def test_words_of_a_later_utterance_are_waited_for_although_those_of_an_earlier_one_are_known() -> None:
    turn = UserTurn()
    turn.started(1, 0, 0)
    turn.partial(1, "hello", 100 * MS)
    turn.stopped(1, 500 * MS, 700 * MS)
    turn.started(2, 1_000 * MS, 1_000 * MS)
    turn.stopped(2, 2_000 * MS, 2_200 * MS)
    assert ends(turn) == Ending("final-missing", 12_000 * MS, 0), "the recogniser is late: it died, or the hub did"
    turn.partial(2, "who are you", 2_500 * MS)
    assert ends(turn) == Ending("final-missing", 4_000 * MS, 0)


def test_what_has_not_come_in_time_is_gone_on_without_and_logged() -> None:
    turn = UserTurn()
    turn.started(1, 0, 0)
    turn.partial(1, "hello", 100 * MS)
    assert lose_patience(turn, ENGINE, TurnSettings(), 30_099 * MS) == []
    events = [log.event for log in lose_patience(turn, ENGINE, TurnSettings(), 40_000 * MS)]
    assert events == ["end of speech was never reported", "final words did not come"]
    assert (turn.speaking, turn.text, ends(turn).due) == (False, "hello", "end")


def test_what_was_heard_counts_for_the_last_utterance_only() -> None:
    turn = UserTurn()
    turn.started(1, 0, 0)
    turn.stopped(1, 1_000 * MS, 1_200 * MS)
    turn.final(1, "done", "en", 1_300 * MS)
    turn.judge(1, 0.1)
    assert ends(turn).wait_ms == 900
    turn.started(2, 1_500 * MS, 1_500 * MS)
    turn.judge(1, 0.1)
    turn.stopped(2, 2_000 * MS, 2_200 * MS)
    turn.final(2, "now", "en", 2_300 * MS)
    assert ends(turn).wait_ms == 450
    turn.judge(2, 0.2)
    assert ends(turn).wait_ms == 900


def test_the_engine_chooses_between_the_two_waits() -> None:
    for text, wait_ms in (("done", 450), ("not yet", 900)):
        turn = UserTurn()
        turn.started(1, 0, 0)
        turn.stopped(1, 1_000 * MS, 1_200 * MS)
        turn.final(1, text, "en", 1_300 * MS)
        assert ends(turn) == Ending("end", (1_000 + wait_ms) * MS, wait_ms)
