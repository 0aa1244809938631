"""Scenes of the sender: the envelope around what an actor emits."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bus.clock import now_ns
from bus.codec import decode_header
from bus.envelope import MAX_HOPS, Header, Hop
from bus.messages import Cut, Level, Sentence, Token, TurnState
from bus.sender import Sender
from tests.bus.house import header


class Wire:
    """Stands for a link: keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[bytes]]] = []
        self.below_gen = 0
        self.dropped: list[tuple[str, str]] = []
        self.has_room = True
        self.tally = self

    def add(self, topic: str, reason: str) -> None:
        self.dropped.append((topic, reason))

    def raise_fence(self, below_gen: int) -> None:
        self.below_gen = below_gen

    def store(self, _message_id: int, frames: list[bytes]) -> None:
        self.sent.append(("stream", frames))

    def post(self, frames: list[bytes]) -> None:
        self.sent.append(("control", frames))

    def publish(self, _topic: str, frames: list[bytes], *, keep: bool) -> None:
        self.sent.append(("state" if keep else "latest", frames))

    @property
    def headers(self) -> list[Header]:
        return [decode_header(frames)[1] for _, frames in self.sent]


class Waiting:
    """Stands for an inbox."""

    def __init__(self) -> None:
        self.has_room = asyncio.Event()


@pytest.fixture
def wire() -> Wire:
    return Wire()


def sender(wire: Wire, waiting: Waiting | None = None) -> Sender:
    return Sender(wire, waiting, "llm", 3, "gpu")  # type: ignore[arg-type]


def test_each_lane_goes_its_way(wire: Wire) -> None:
    one = sender(wire)
    for message in (
        Token(index=0, text="x"),
        Level(dbfs=0.0, speech=0.0),
        TurnState(phase="paused", since_ns=0),
        Cut(below_gen=4),
    ):
        one.send_now(message, header(gen=9))
    assert [lane for lane, _ in wire.sent] == ["stream", "latest", "state", "control"]
    assert wire.below_gen == 4, "who cuts is fenced at once"


def test_an_answer_inherits_turn_generation_and_capture_time_and_names_its_parent(wire: Wire) -> None:
    cause = header("turn-manager", number=77, turn=5, gen=6, t0=123, trace=[Hop("vad", 1, 2, "laptop")])
    sender(wire).send_now(Token(index=0, text="x"), cause, received_ns=50)
    got = wire.headers[0]
    assert (got.parent, got.turn, got.gen, got.t0, got.fenced) == (77, 5, 6, 123, True)
    assert (got.source, got.epoch, got.seq, got.host) == ("llm", 3, 1, "gpu")
    assert [hop.actor for hop in got.trace] == ["vad", "llm"]
    assert got.trace[1] == Hop("llm", 50, got.t, "gpu")


def test_the_same_answer_to_the_same_message_has_the_same_id_in_the_next_life(wire: Wire) -> None:
    for epoch in (1, 2):
        life = Sender(wire, None, "llm", epoch, "gpu")  # type: ignore[arg-type]
        life.send_now(Token(index=0, text="x"), header(number=7), 0)
        life.send_now(Token(index=1, text="y"), header(number=7), 1)
        life.send_now(Token(index=2, text="own"), header(number=0), 0)
    ids = [h.id for h in wire.headers]
    assert ids[:2] == ids[3:5]
    assert ids[2] != ids[5], "what nothing caused is new in each life"
    assert len(set(ids)) == 4
    assert all(b.seq == a.seq + 1 for a, b in pairwise(wire.headers[:3]))


def test_replicas_give_the_same_answer_the_same_id_and_what_is_their_own_another(wire: Wire) -> None:
    for name in ("tts", "tts#1"):
        replica = Sender(wire, None, name, 1, "gpu", "tts")  # type: ignore[arg-type]
        replica.send_now(Token(index=0, text="x"), header(number=7), 0)
        replica.send_now(Token(index=1, text="own"), header(number=0), 0)
    answers, own = wire.headers[::2], wire.headers[1::2]
    assert len({h.id for h in answers}) == 1
    assert len({h.id for h in own}) == 2
    assert [h.source for h in answers] == ["tts", "tts#1"]
    assert {hop.actor for h in wire.headers for hop in h.trace} == {"tts"}, "the way of a turn tells actors"


def test_an_old_generation_is_dropped_where_it_is_made(wire: Wire) -> None:
    wire.below_gen = 5
    sender(wire).send_now(Token(index=0, text="x"), header(gen=4))
    sender(wire).send_now(Token(index=0, text="x"), header(gen=4), gen=5)
    assert len(wire.sent) == 1
    assert wire.dropped == [("llm.token", "generation")]


def test_the_trace_is_bounded(wire: Wire) -> None:
    cause = header(trace=[Hop(str(n), 0, 0) for n in range(MAX_HOPS)])
    sender(wire).send_now(Sentence(index=0, text="x", language="en"), cause)
    assert len(wire.headers[0].trace) == MAX_HOPS


def test_a_stream_waits_for_room_and_the_latest_never_does(wire: Wire) -> None:
    async def scene() -> None:
        waiting = Waiting()
        one = sender(wire, waiting)
        wire.has_room = False
        outlet = one.answering(now_ns())
        await outlet.send(Level(dbfs=0.0, speech=0.0), header(), 0, None, None, None)
        task = asyncio.create_task(outlet.send(Token(index=0, text="x"), header(), 0, None, None, None))
        for _ in range(3):
            await asyncio.sleep(0)
        assert [lane for lane, _ in wire.sent] == ["latest"]
        waiting.has_room.set()
        await asyncio.sleep(0)
        assert len(wire.sent) == 1, "told too early: there is none yet"
        wire.has_room = True
        waiting.has_room.set()
        await task
        assert [lane for lane, _ in wire.sent] == ["latest", "stream"]

    asyncio.run(scene())
