"""Scenes of the arrivals: what is let through to an actor, and what is only acknowledged."""

from __future__ import annotations

import logging

import msgspec
import pytest

from bus.arrivals import Arrivals
from bus.clock import MS, SECOND, now_ns
from bus.codec import encode, encode_body
from bus.messages import Cut, Level, Message, Token, TurnState
from bus.tally import Tally
from tests.bus.house import header

KINDS: dict[str, type[Message]] = {k.topic(): k for k in (Token, Level, TurnState)}


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals(KINDS, Tally(logging.getLogger("test")))


def frames(message: Message, **fields: object) -> list[bytes]:
    number = fields.pop("number", 1)
    assert isinstance(number, int)
    return encode(msgspec.structs.replace(header(number=number, **fields), body=encode_body(message)), message)  # type: ignore[arg-type]


def only_acknowledged(arrivals: Arrivals, wire: list[bytes], reason: str) -> bool:
    before = arrivals.tally.total
    delivery = arrivals.stream(wire)
    return (
        delivery is not None
        and delivery.message is None
        and arrivals.tally.total == before + 1
        and any(d.reason == reason for d in arrivals.tally.drops())
    )


def test_a_good_message_comes_through_once(arrivals: Arrivals) -> None:
    wire = frames(Token(index=0, text="x"))
    delivery = arrivals.stream(wire)
    assert delivery is not None
    assert delivery.message == Token(index=0, text="x")
    assert only_acknowledged(arrivals, wire, "duplicate")


def test_old_stale_unknown_and_bent_messages_are_counted_and_acknowledged(arrivals: Arrivals) -> None:
    arrivals.raise_fence(3)
    arrivals.raise_fence(1)
    token = Token(index=0, text="x")
    assert only_acknowledged(arrivals, frames(token, fenced=True, gen=2), "generation")
    assert only_acknowledged(arrivals, frames(token, number=2, ttl=100, t=now_ns() - SECOND), "stale")
    assert only_acknowledged(arrivals, frames(Cut(below_gen=1), number=3), "unknown")
    bent = frames(token, number=4)
    assert only_acknowledged(arrivals, [b"vad.level\0", *bent[1:]], "body")


def test_what_is_no_message_is_not_even_acknowledged(arrivals: Arrivals) -> None:
    assert arrivals.stream([b"x"]) is None
    assert arrivals.latest([b"x"]) is None
    assert arrivals.post([b"x"]) is None
    assert arrivals.tally["?", "frames"] == 3


def test_a_state_is_news_once_for_each_source(arrivals: Arrivals) -> None:
    state = TurnState(phase="paused", since_ns=0)
    assert arrivals.latest(frames(state, seq=2))
    assert arrivals.latest(frames(state, seq=2)) is None
    assert arrivals.latest(frames(state, seq=1)) is None
    assert arrivals.latest(frames(state, seq=1, epoch=2))
    assert arrivals.latest(frames(state, seq=1, source="other"))


def test_a_cut_raises_the_fence_whoever_wants_to_hear_of_it(arrivals: Arrivals) -> None:
    delivery = arrivals.post(frames(Cut(below_gen=7)))
    assert delivery is not None
    assert arrivals.below_gen == 7
    assert arrivals.post(frames(Level(dbfs=0.0, speech=0.0))) is not None


def test_a_post_that_crosses_twice_is_known_however_the_comparison_of_the_clocks_has_changed(
    arrivals: Arrivals,
) -> None:
    level, at_ns = Level(dbfs=0.0, speech=0.0), now_ns()
    assert arrivals.post(frames(level, number=1, t=at_ns, shift=0)) is not None
    assert arrivals.post(frames(level, number=1, t=at_ns + MS, shift=MS)) is None
    assert arrivals.post(frames(level, number=2, t=at_ns + MS, shift=MS - 1)) is not None
