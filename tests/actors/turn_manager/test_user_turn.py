from __future__ import annotations

from actors.turn_manager.user_turn import UserTurn
from bus.messages import Final, Partial, SpeechEdge


def test_an_utterance_goes_from_its_edges_and_words_into_the_turn() -> None:
    turn = UserTurn()
    assert not turn
    turn.take(SpeechEdge(kind="started", utterance=1, at_ns=10), 20)
    turn.take(Partial(utterance=1, text="hel"), 30)
    assert turn and turn.speaking and turn.text == "hel" and turn.news_ns == 30
    turn.take(SpeechEdge(kind="stopped", utterance=1, at_ns=40), 60)
    assert not turn.speaking and turn.missing_since_ns == 40
    turn.take(Final(utterance=1, text="hello", language="en-GB"), 70)
    assert (turn.text, turn.language, turn.onset_ns, turn.ended_ns) == ("hello", "en-GB", 10, 40)
    assert turn.missing_since_ns is None


def test_the_language_is_that_of_the_last_utterance_with_words() -> None:
    turn = UserTurn()
    turn.final(1, "привіт", "uk", 0)
    turn.final(2, "", "en", 0)
    assert turn.language == "uk"


def test_partial_words_tell_their_language_by_their_letters() -> None:
    turn = UserTurn()
    turn.partial(1, "привіт", 0)
    assert turn.language == "uk"


def test_words_that_overtake_their_edge_open_the_utterance_once() -> None:
    turn = UserTurn()
    turn.partial(1, "hel", 50)
    turn.started(1, 10, 60)
    assert len(turn.utterances) == 1
    assert (turn.onset_ns, turn.text) == (10, "hel")


def test_news_of_a_dropped_utterance_is_ignored() -> None:
    turn = UserTurn()
    turn.started(3, 0, 0)
    turn.clear()
    turn.stopped(3, 5, 5)
    turn.final(3, "too late", "en", 9)
    assert not turn


def test_a_new_life_of_vad_counts_from_one_again_and_loses_no_words() -> None:
    turn = UserTurn()
    turn.started(1, 0, 0)
    turn.stopped(1, 5, 6)
    turn.final(1, "one", "en", 7)
    turn.started(1, 10, 10)
    turn.final(1, "two", "en", 20)
    assert turn.text == "one two"


def test_giving_up_takes_the_partial_words_for_final() -> None:
    turn = UserTurn()
    turn.started(1, 0, 0)
    turn.partial(1, "hel", 1)
    turn.stopped(1, 5, 6)
    turn.give_up()
    assert turn.missing_since_ns is None and turn.text == "hel"
