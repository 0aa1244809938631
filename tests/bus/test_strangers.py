"""Strangers at a running hub: whoever has not the session's keys gets nothing in and nothing out, on any of its ports."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

import psutil
import pytest
import zmq

from bus.clock import SECOND, now_ns, sleep_ms
from bus.control import Hello, encode_word
from bus.messages import Token, TurnState
from bus.roster import identity_of
from bus.socket import SessionKeys
from tests.bus.house import House, until

TOPIC = b"llm.token"
GREETING = b"\xff" + bytes(8) + b"\x7f"
KNOCKS: dict[str, bytes] = {
    "silence": b"",
    "noise": bytes(range(256)) * 64,
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "zmtp 1": b"\x01\x00\x0f\x00\x01llm.token\x00",
    "zmtp 2": GREETING + b"\x01\x02\x00\x00" + b"\x00\x0a\x01llm.token",
    "zmtp 3 null": GREETING + b"\x03\x00NULL".ljust(22, b"\0") + bytes(32) + b"\x04\x19\x05READY",
    "zmtp 3 curve, torn": GREETING + b"\x03\x00CURVE".ljust(22, b"\0") + bytes(32) + b"\x04\xc8\x05HELLO" + bytes(194),
    "a length bomb": GREETING + b"\x03\x00CURVE".ljust(22, b"\0") + bytes(32) + b"\x06" + b"\xff" * 8,
}


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


class Crowd:
    """Sockets of strangers on all ports of a hub."""

    def __init__(self, keys: SessionKeys) -> None:
        self.keys = keys
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.sockets: list[zmq.Socket[bytes]] = []
        self.lines: list[socket.socket] = []

    def knock(self, port: int, kind: int, how: str) -> None:
        raw = self.context.socket(kind)
        raw.setsockopt(zmq.LINGER, 0)
        raw.setsockopt(zmq.IDENTITY, b"stranger#1")
        public, secret = zmq.curve_keypair()
        others = SessionKeys.make()
        match how:
            case "plain":
                raw.setsockopt(zmq.PLAIN_USERNAME, b"admin")
                raw.setsockopt(zmq.PLAIN_PASSWORD, b"admin")
            case "the hub's public key alone":
                _curve(raw, self.keys.hub_public.encode(), public, secret)
            case "the public keys of both":  # the secret one of nobody
                _curve(raw, self.keys.hub_public.encode(), self.keys.peer_public.encode(), secret)
            case "the keys of another session":
                _curve(raw, others.hub_public.encode(), others.peer_public.encode(), others.peer_secret.encode())
        raw.connect(f"tcp://127.0.0.1:{port}")
        if kind == zmq.SUB:
            raw.setsockopt(zmq.SUBSCRIBE, b"")
        self.sockets.append(raw)

    def shout(self) -> None:
        """Says everything that a peer could say."""
        hello = encode_word(Hello("stranger", 1, "client", 1, takes=("llm.token",), gives=("llm.token",), active=True))
        for raw in self.sockets:
            for frames in ([hello], [TOPIC + b"\0", b"\x80", b""], [b"\x01"], [b"\x01~" + TOPIC + b"\0"]):
                with contextlib.suppress(zmq.Again, zmq.ZMQError):
                    raw.send_multipart(frames, zmq.NOBLOCK)

    def heard(self) -> list[list[bytes]]:
        found = []
        for raw in self.sockets:
            with contextlib.suppress(zmq.Again, zmq.ZMQError):  # a PUSH hears nothing anyway
                found.append(raw.recv_multipart(zmq.NOBLOCK))
        return found

    def leave(self) -> None:
        for raw in self.sockets:
            raw.close()
        for line in self.lines:
            line.close()
        self.context.term()


def _curve(raw: zmq.Socket[bytes], server: bytes, public: bytes, secret: bytes) -> None:
    raw.setsockopt(zmq.CURVE_SERVERKEY, server)
    raw.setsockopt(zmq.CURVE_PUBLICKEY, public)
    raw.setsockopt(zmq.CURVE_SECRETKEY, secret)


@pytest.fixture
def crowd(house: House) -> Iterator[Crowd]:
    crowd = Crowd(house.keys)
    yield crowd
    crowd.leave()


def ports_of(house: House) -> dict[str, int]:
    ports = house.hub.ports
    outlets = [peer.stream_out for peer in house.hub.roster.peers.values() if peer.stream_out]
    assert outlets
    inner = {f"outlet {n}": port for n, port in enumerate(outlets)}
    return {"control": ports.control, "in": ports.stream_in, "xsub": ports.latest_in, "xpub": ports.latest_out, **inner}


@pytest.mark.parametrize(
    "how",
    ["null", "plain", "the hub's public key alone", "the public keys of both", "the keys of another session"],
)
def test_without_the_keys_nothing_comes_in_and_nothing_goes_out(house: House, crowd: Crowd, how: str) -> None:
    with (
        house.peer("llm", gives=(Token, TurnState)) as llm,
        house.peer("chunker", takes=(Token, TurnState)) as chunker,
    ):
        for name, port in ports_of(house).items():
            kinds = {
                "control": (zmq.DEALER,),
                "in": (zmq.PUSH,),
                "xsub": (zmq.XPUB, zmq.PUB),
                "xpub": (zmq.SUB, zmq.XSUB),
            }
            for kind in kinds.get(name, (zmq.PULL,)):
                crowd.knock(port, kind, how)
        for number in range(40):
            crowd.shout()
            llm.send(Token(text=str(number), index=number), TurnState(phase="listening", since_ns=number))
            sleep_ms(5)
        until(lambda: len([m for m in chunker.messages if isinstance(m, Token)]) == 40)
        assert [m.text for m in chunker.messages if isinstance(m, Token)] == [str(n) for n in range(40)]
        assert crowd.heard() == []
        assert {peer.hello.name for peer in house.hub.roster.peers.values()} == {"llm", "chunker"}
        assert house.hub.traffic["llm.token"].messages == 40


def test_bare_bytes_on_any_port_learn_no_topic_and_hurt_nobody(house: House, crowd: Crowd) -> None:
    with (
        house.peer("llm", gives=(Token, TurnState)) as llm,
        house.peer("chunker", takes=(Token, TurnState)) as chunker,
    ):
        for port in ports_of(house).values():
            for knock in KNOCKS.values():
                line = socket.create_connection(("127.0.0.1", port))
                line.settimeout(0.02)
                crowd.lines.append(line)
                with contextlib.suppress(OSError):
                    line.sendall(knock)
        for number in range(20):
            llm.send(Token(text=str(number), index=number), TurnState(phase="listening", since_ns=number))
        until(lambda: len([m for m in chunker.messages if isinstance(m, Token)]) == 20)
        for line in crowd.lines:
            heard = _all_of(line)
            assert TOPIC not in heard
            assert b"turn-manager" not in heard
            assert len(heard) < 1_000


def test_hundreds_who_only_knock_slow_nobody_down_and_are_shown_out(house: House, crowd: Crowd) -> None:
    with house.peer("llm", gives=(Token,)) as llm, house.peer("chunker", takes=(Token,)) as chunker:
        before = _connections()
        for port in ports_of(house).values():
            crowd.lines += [socket.create_connection(("127.0.0.1", port)) for _ in range(120)]
        worst_ns = 0
        for number in range(50):
            for line in crowd.lines[number::50]:  # a slow one: a byte now and then
                with contextlib.suppress(OSError):
                    line.send(GREETING[:1])
            at_ns = now_ns()
            llm.send(Token(text=str(number), index=number))
            until(lambda: len(chunker.messages) == number + 1)  # noqa: B023
            worst_ns = max(worst_ns, now_ns() - at_ns)
        assert worst_ns < SECOND
        until(lambda: _connections() <= before + len(crowd.lines) // 10, "they were not shown out", 8_000)


def _connections() -> int:
    """Established TCP connections of this process, its hub's ends included."""
    return sum(c.status == psutil.CONN_ESTABLISHED for c in psutil.Process(os.getpid()).net_connections("tcp"))


def _all_of(line: socket.socket) -> bytes:
    heard = b""
    with contextlib.suppress(OSError):
        while data := line.recv(4_096):
            heard += data
    return heard


def test_a_peer_that_the_system_has_no_socket_for_is_asked_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bus.errors import Broken

    real = house.hub.network.socket

    def none_left(*_: object) -> None:
        raise Broken("no more sockets can be made: Too many open files")

    with house.stranger(name="late") as late:
        monkeypatch.setattr(house.hub.network, "socket", none_left)
        late.say(Hello("late", 1, "client", 0, takes=("llm.token",)))
        until(lambda: house.drops("crowded"))
        until(lambda: identity_of("late", 1) not in house.hub.roster.peers)
        monkeypatch.setattr(house.hub.network, "socket", real)
        late.hello("llm.token", takes=("llm.token",))


def test_a_control_word_that_is_too_long_is_dropped(house: House) -> None:
    with house.stranger() as stranger:
        stranger.hello()
        stranger.control.try_send([bytes(2 * 1024 * 1024)])
        until(lambda: house.drops("oversize"))
        assert stranger.ask("hub").what == ""
