"""Scenes of a real hub: what is malformed or not of this session ends at its door, and it goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
import pytest

from bus.clock import sleep_ms
from bus.codec import MAX_MESSAGE_BYTES
from bus.control import Hello, HubView, Post, Welcome, encode_word
from bus.hub import Hub
from bus.messages import Cut, Final, Level, SoundClock, Token, TurnState
from bus.socket import SessionKeys, Socket
from tests.bus.house import House, Stranger, header, until

GOOD = msgspec.msgpack.encode(header("nobody"))
OLDER = msgspec.msgpack.encode({**msgspec.msgpack.decode(GOOD), "v": 0})
BAD = {
    "torn": [b"llm.token\0", GOOD[:-4], b""],
    "frames": [b"llm.token\0", GOOD],
    "topic": [b"llm.token", GOOD, b""],
    "oversize": [b"llm.token\0", GOOD, bytes(MAX_MESSAGE_BYTES)],
    "version": [b"llm.token\0", OLDER, b""],
    "undeclared": [b"llm.token\0", GOOD, b""],
}


def post(stranger: Stranger, frames: list[bytes]) -> Callable[[], object]:
    return lambda: stranger.control.try_send([encode_word(Post()), *frames])


@pytest.mark.parametrize("port", ["control", "stream", "latest"])
@pytest.mark.parametrize("reason", BAD)
def test_a_bad_envelope_on_any_port_is_counted_logged_once_and_dropped(
    house: House, caplog: pytest.LogCaptureFixture, port: str, reason: str
) -> None:
    with house.peer(takes=(Token, Level)) as ear, house.stranger() as rogue:
        rogue.hello("vad.level")
        before = house.drops(reason)
        if port == "control":
            send = post(rogue, BAD[reason])
        else:
            ports = house.hub.ports
            kind, number = ("push", ports.stream_in) if port == "stream" else ("pub", ports.latest_in)
            socket = rogue.socket(kind, number)
            frames = [b"vad.level\0" if port == "latest" else f for f in BAD[reason][:1]] + BAD[reason][1:]
            if port == "latest" and reason == "topic":
                frames = [b"vad.level\0\n", *frames[1:]]
            if port == "latest" and reason == "undeclared":
                frames = [b"vad.level\0", GOOD, b""]
            send = lambda: socket.try_send(frames)  # noqa: E731
        for _ in range(200):  # a PUB drops what it sends before the hub's subscription has come
            send()
            sleep_ms(10)
            if house.drops(reason) >= before + 2:
                break
        assert house.drops(reason) >= before + 2
        assert ear.messages == []
        assert sum(f"reason={reason}" in r.message for r in caplog.records) <= 1
        assert rogue.ask("hub").what == "", "the hub goes on"


def test_each_kind_of_drop_is_in_the_log_once() -> None:
    house = House()
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("bus.hub").addHandler(handler)
    try:
        with house.stranger() as rogue:
            rogue.hello()
            for frames in BAD.values():
                for _ in range(3):
                    post(rogue, frames)()
            until(lambda: all(house.drops(reason) == 3 for reason in BAD))
    finally:
        logging.getLogger("bus.hub").removeHandler(handler)
        house.end()
    assert len(records) == len(BAD)


@pytest.mark.parametrize("frame", [b"\x05what is this", b"hello", b"\x01" + b"x" * 2_000], ids=["kind", "text", "long"])
def test_what_is_no_subscription_is_counted_and_dropped(house: House, frame: bytes) -> None:
    with house.stranger() as rogue:
        rogue.hello()
        socket = rogue.socket("xsub", house.hub.ports.latest_out)
        before = house.drops("subscription")
        until(lambda: socket.try_send([frame]) and house.drops("subscription") > before, "not counted")
        assert rogue.ask("hub").what == ""


@pytest.mark.parametrize(
    "frames",
    [[b"\xc1"], [b"\x82\xa4type\xa3Bye\xa4what\xa2\xff\xfe"], [b"", b""], [encode_word(Welcome(1, 2, 3, 4))]],
    ids=["torn", "utf8", "empty", "not for a hub"],
)
def test_a_bad_control_word_is_counted_and_dropped(house: House, frames: list[bytes]) -> None:
    with house.stranger() as rogue:
        rogue.hello()
        before = house.drops("control")
        rogue.control.try_send(frames)
        until(lambda: house.drops("control") > before, "not counted")
        assert rogue.ask("hub").what == ""


def test_nobody_says_hello_in_another_ones_name(house: House) -> None:
    with house.stranger() as rogue:
        rogue.say(Hello("somebody-else", 1, "client", 0))
        until(lambda: house.drops("identity"), "not counted")
        assert "somebody-else" not in [p.hello.name for p in house.hub.roster.peers.values()]


@pytest.mark.parametrize("wrong", ["hub", "peer"])
def test_without_the_sessions_keys_nothing_goes_in_or_out(house: House, wrong: str) -> None:
    other = SessionKeys.make()
    right = house.keys
    keys = (
        msgspec.structs.replace(right, hub_public=other.hub_public)
        if wrong == "hub"
        else msgspec.structs.replace(right, peer_public=other.peer_public, peer_secret=other.peer_secret)
    )
    with (
        house.peer(takes=(Token,)) as ear,
        house.peer("vad", gives=(Level,)) as vad,
        house.stranger(keys=keys) as thief,
    ):
        sub = thief.socket("sub", house.hub.ports.latest_out)
        sub.subscribe(b"")
        push = thief.socket("push", house.hub.ports.stream_in)
        thief.say(Hello(thief.name, 1, "client", 0, gives=("llm.token",), active=True))
        push.try_send([b"llm.token\0", GOOD, b""])
        before = house.drops("undeclared")
        for _ in range(30):
            vad.send(Level(dbfs=-20.0, speech=0.5))
            sleep_ms(10)
            assert thief.control.try_receive() is None
            assert sub.try_receive() is None
        assert thief.name not in [p.hello.name for p in list(house.hub.roster.peers.values())]
        assert house.drops("undeclared") == before
        assert ear.messages == []
    if wrong == "peer":
        assert house.drops("refused") > 0


def test_without_curve_nothing_goes_in_or_out(house: House) -> None:
    import zmq

    context = zmq.Context()
    with house.peer("vad", gives=(Level,)) as vad:
        sub, dealer = context.socket(zmq.SUB), context.socket(zmq.DEALER)
        sub.subscribe(b"")
        sub.connect(f"tcp://127.0.0.1:{house.hub.ports.latest_out}")
        dealer.connect(f"tcp://127.0.0.1:{house.port}")
        dealer.send(encode_word(Hello("thief", 1, "client", 0)))
        for _ in range(20):
            vad.send(Level(dbfs=-20.0, speech=0.5))
            sleep_ms(10)
        assert not sub.poll(0)
        assert not dealer.poll(0)
    context.destroy(0)


def test_streams_come_in_order_and_are_settled(house: House) -> None:
    with house.peer("llm", gives=(Token,)) as llm, house.peer(takes=(Token,)) as chunker:
        llm.send(*(Token(index=n, text="x") for n in range(500)))
        until(lambda: len(chunker.messages) == 500)
        assert [m.index for m in chunker.messages if isinstance(m, Token)] == list(range(500))
        until(lambda: llm.link.unsettled == 0, "not settled")


def test_the_latest_lane_flows_and_a_state_waits_for_the_late_joiner(house: House) -> None:
    with house.peer("turn-manager", gives=(TurnState, SoundClock)) as giver:
        giver.send(TurnState(phase="thinking", since_ns=1))
        until(lambda: b"turn-manager.state\0" in {t for t, _ in house.hub.exchange._states})
        with house.peer(takes=(TurnState, SoundClock)) as late:
            until(lambda: late.messages)
            assert late.messages == [TurnState(phase="thinking", since_ns=1)]
            clock = SoundClock(position=1, at_ns=2, running=True)
            while clock not in late.messages:
                giver.send(clock)
                sleep_ms(5)
            sleep_ms(150)
            assert sum(isinstance(m, TurnState) for m in late.messages) == 1, "repeats are no news"


def test_taps_get_copies_and_change_nothing(house: House) -> None:
    house.hub.exchange._states.clear()
    with (
        house.peer("asr", gives=(Final, TurnState)) as asr,
        house.peer(takes=(Final,)) as taker,
        house.peer() as whole,
        house.peer() as short,
    ):
        whole.link.tap([b"asr.final\0", b"turn-manager.state\0"], payload=True)
        short.link.tap([b"asr.final\0"], payload=False)
        until(lambda: house.hub.exchange.is_tapped(b"asr.final\0") and len(house.hub.exchange._wanted) >= 3)
        asr.send(Final(utterance=1, text="hi", language="en", payload=b"12345"), TurnState(phase="paused", since_ns=0))
        copies = {copy[0]: copy[2] for copy in (whole.link.taps.get(timeout=30) for _ in range(2))}
        assert copies == {b"~asr.final\0": b"12345", b"~turn-manager.state\0": b""}
        copy = short.link.taps.get(timeout=30)
        assert (copy[0], copy[2]) == (b"^asr.final\0", b"5")
        until(lambda: taker.messages)
        assert len(taker.messages) == 1
        until(lambda: asr.link.unsettled == 0)
    until(lambda: not house.hub.exchange.is_tapped(b"asr.final\0"), "those who have gone are still subscribed")


def test_a_cut_stops_the_old_generation_at_the_hub() -> None:
    house = House()
    try:
        with (
            house.peer("turn-manager", gives=(Cut,)) as boss,
            house.peer("llm", gives=(Token,)) as llm,
            house.peer(takes=(Token,)) as ear,
        ):
            boss.send(Cut(below_gen=5))
            until(lambda: house.hub.log.below_gen == 5)
            llm.send(Token(index=0, text="old"), gen=4)
            llm.send(Token(index=1, text="new"), gen=5)
            until(lambda: ear.messages)
            assert ear.messages == [Token(index=1, text="new")]
            assert house.drops("generation") == 1
            until(lambda: llm.link.unsettled == 0, "what was dropped is settled as well")
    finally:
        house.end()


def test_a_message_for_someone_who_still_connects_is_not_lost(house: House) -> None:
    """A PUSH without a peer refuses; the item must wait in the log, not in flight."""
    with house.peer("llm2", gives=(Token,)) as llm, house.stranger() as late:
        late.say(Hello(late.name, 1, "client", 0, takes=("llm.token",), active=True))
        welcome = until(lambda: late.hears("Welcome"))
        assert isinstance(welcome, Welcome)
        llm.send(Token(index=0, text="early"))
        until(lambda: house.hub.log.is_patient)
        pull: Socket = late.socket("pull", welcome.stream_out)
        assert (until(pull.try_receive) or [b""])[0] == b"llm.token\0"


def test_the_hub_describes_itself(house: House) -> None:
    with house.stranger() as someone:
        someone.hello()
        view = msgspec.msgpack.decode(someone.ask("hub").body, type=HubView)
        assert view.pid > 0
        assert view.uptime_s > 0


def test_a_programming_error_ends_the_hub_loudly_with_everything_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(SessionKeys.make())

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(hub.reception, "housekeeping", fail)
    with pytest.raises(ZeroDivisionError):
        hub.serve()
