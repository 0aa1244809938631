"""Recall of states: a successor gets its predecessor's words, and nothing torn."""

from __future__ import annotations

import logging

import msgspec

from bus.codec import encode, encode_body
from bus.messages import Conversation, Line, Message, TurnState
from bus.recall import recalled
from bus.tally import Tally
from tests.bus.house import header

TALLY = Tally(logging.getLogger(__name__))


def frames_of(message: Message) -> tuple[bytes, bytes, bytes]:
    topic, head, payload = encode(msgspec.structs.replace(header(), body=encode_body(message)), message)
    return topic, head, payload


def test_a_state_comes_back_as_it_was_sent() -> None:
    said = Conversation(lines=(Line(role="user", text="hello"),))
    assert [state for state, _ in recalled([frames_of(said)], [TurnState, Conversation], TALLY)] == [said]


def test_a_state_that_the_actor_does_not_give_any_more_is_passed_over() -> None:
    assert list(recalled([frames_of(TurnState(phase="listening", since_ns=1))], [Conversation], TALLY)) == []


def test_a_torn_state_is_counted_and_the_others_come_back() -> None:
    tally = Tally(logging.getLogger(__name__))
    state = TurnState(phase="listening", since_ns=1)
    torn = (frames_of(state)[0], b"\xc1", b"")
    assert [found for found, _ in recalled([torn, frames_of(state)], [TurnState], tally)] == [state]
    assert tally.total == 1
