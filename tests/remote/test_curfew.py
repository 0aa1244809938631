"""Curfew: when a call whose microphone was a file is over."""

from __future__ import annotations

from bus.clock import MS
from bus.messages import SoundEnded, TurnState
from remote.curfew import Curfew

ENDED = SoundEnded(at_ns=0)
FREE = TurnState(phase="listening", since_ns=0)
BUSY = TurnState(phase="speaking", since_ns=0)


def test_a_call_with_a_live_microphone_is_never_over() -> None:
    curfew = Curfew()
    curfew.heard(FREE, 0)
    assert not curfew.over(10**15)


def test_it_is_over_a_while_after_the_last_word() -> None:
    curfew = Curfew()
    curfew.heard(BUSY, 0)
    curfew.heard(ENDED, 1_000 * MS)
    assert not curfew.over(60_000 * MS)
    curfew.heard(FREE, 60_000 * MS)
    assert not curfew.over(61_499 * MS)
    assert curfew.over(61_500 * MS)


def test_a_floor_that_was_free_before_the_sound_ended_counts_from_the_end_of_the_sound() -> None:
    curfew = Curfew()
    curfew.heard(FREE, 0)
    curfew.heard(ENDED, 10_000 * MS)
    assert not curfew.over(11_499 * MS)
    assert curfew.over(11_500 * MS)


def test_a_state_that_is_told_again_starts_nothing_anew() -> None:
    curfew = Curfew()
    curfew.heard(ENDED, 0)
    curfew.heard(FREE, 0)
    curfew.heard(FREE, 1_400 * MS)
    assert curfew.over(1_500 * MS)


def test_a_turn_that_comes_late_is_waited_for() -> None:
    curfew = Curfew()
    curfew.heard(ENDED, 0)
    curfew.heard(TurnState(phase="thinking", since_ns=0), 1_000 * MS)
    assert not curfew.over(5_000 * MS)


def test_what_is_no_message_is_nothing() -> None:
    curfew = Curfew()
    curfew.heard(None, 0)
    assert not curfew.over(10**15)
