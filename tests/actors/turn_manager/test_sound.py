"""Scenes of the sound of a turn: it begins a little before the turn, and ends with what was heard last."""

from __future__ import annotations

import numpy as np

from actors.turn_manager.sound import sound_of_turn
from actors.turn_manager.user_turn import UserTurn
from bus.clock import MS
from bus.messages import SpeechTail

TAIL = SpeechTail(utterance=1, at_ns=10_000 * MS, payload=np.arange(3_000, dtype="<i2").repeat(16).tobytes())
"""Three seconds; each sample tells its ms."""


def turn_from(onset_ms: int) -> UserTurn:
    turn = UserTurn()
    turn.started(1, onset_ms * MS, onset_ms * MS)
    return turn


def test_what_was_said_before_the_turn_is_not_of_it() -> None:
    pcm = sound_of_turn(TAIL, turn_from(12_000))
    assert (pcm[0], pcm[-1], pcm.size) == (1_500, 2_999, 1_500 * 16)


def test_of_a_long_turn_all_that_is_known_is_given() -> None:
    assert sound_of_turn(TAIL, turn_from(4_000)).size == 3_000 * 16


def test_pauses_between_utterances_of_a_turn_belong_to_it() -> None:
    turn = turn_from(11_000)
    turn.stopped(1, 11_500 * MS, 11_700 * MS)
    turn.started(2, 12_500 * MS, 12_600 * MS)
    assert sound_of_turn(TAIL, turn)[0] == 500


def test_without_a_turn_there_is_nothing_to_judge() -> None:
    assert sound_of_turn(TAIL, UserTurn()).size == 0


def test_a_torn_sample_is_left_out() -> None:
    torn = SpeechTail(utterance=1, at_ns=0, payload=b"\1\0\2")
    assert sound_of_turn(torn, turn_from(0)).tolist() == [1]
