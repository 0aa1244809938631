"""Scenes of the sockets between two hubs."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from bus.clock import MS
from bus.control import HostCall
from bus.crossing import decode_crossing
from bus.errors import Broken
from bus.gate import Gate
from bus.hub import Hub
from bus.messages import Token
from bus.parcel import Frames, Road
from bus.socket import SessionKeys, Socket
from bus.span import Span
from remote.lab.relay import Relay
from tests.bus.house import House, until
from tests.bus.two_sides import Side, Wire, afar, carry
from tests.bus.world import world_of


class Pipe(Socket):
    """A socket to the hub of the other host, whose connection the scene makes and breaks: `fresh` has news when it was made."""

    def __init__(self, far: Span, road: Road) -> None:
        self.raw = self  # type: ignore[assignment]
        self.far, self.road = far, road
        self.waiting: deque[Frames] = deque()
        self.said: list[str] = []
        self.fresh: Pipe | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.waiting)

    def watch_connections(self) -> Socket:
        self.fresh = Pipe(self.far, self.road)
        return self.fresh

    def connect(self, port: int) -> None:
        assert self.fresh
        self.fresh.waiting.append([b"connected"])

    def try_send(self, frames: Sequence[bytes]) -> bool:
        self.said.append(type(decode_crossing(frames[0])).__name__)
        self.far.take(self.road, list(frames))
        return True

    def try_receive(self) -> Frames | None:
        return self.waiting.popleft() if self.waiting else None


class Here(Side):
    """This side; the gate brings its span."""

    def add(self, span: Span) -> None:
        self.span = span


class Entrance:
    """The gate of a laptop, all of it real but the sockets and the clock; behind them the hub of the other host."""

    def __init__(self) -> None:
        wire = Wire()
        self.pipes: dict[Road, Pipe] = {}
        self.gpu = Side(wire, "gpu", 0)
        self.gpu.here = [afar("tts", "chunker.sentence")]
        self.gpu.span = Span("", self.gpu, self._answer, self.gpu.tally, self.gpu.now_ns)
        self.laptop = Here(wire, "laptop", 0)
        self.laptop.here = [afar("av-sync", "tts.audio")]
        network = SimpleNamespace(guest=self._guest)
        poller = SimpleNamespace(add=lambda socket: None)
        hub = SimpleNamespace(network=network, poller=poller, frontier=self.laptop, tally=self.laptop.tally)
        self.gate = Gate(cast("Hub", hub))
        self.gate.connect("gpu", {"swift": 1, "bulky": 2})

    def _guest(self, kind: str, identity: bytes) -> Pipe:
        road: Road = "swift" if identity == b"swift" else "bulky"
        self.pipes[road] = Pipe(self.gpu.span, road)
        return self.pipes[road]

    def _answer(self, road: Road, frames: Frames) -> bool:
        self.pipes[road].waiting.append(frames)
        return True

    def serve(self, rounds: int = 1) -> None:
        """What the hub does, 50 ms after the round before."""
        for _ in range(rounds):
            self.laptop.wire.at_ns += 50 * MS
            self._round()

    def _round(self) -> None:
        sockets = [*self.pipes.values(), *(pipe.fresh for pipe in self.pipes.values() if pipe.fresh)]
        self.gate.serve({id(socket.raw) for socket in sockets if socket.has_news})
        for side in (self.laptop, self.gpu):
            side.span.tick(side.now_ns())


@pytest.mark.parametrize("road", ["swift", "bulky"])
def test_nothing_goes_over_a_connection_that_is_new_before_both_sides_have_met_on_it(road: Road) -> None:
    entrance = Entrance()
    laptop, pipe = entrance.laptop, entrance.pipes[road]
    entrance.serve(100)
    assert laptop.span.open
    carry(laptop, 1, bulky=road == "bulky")
    entrance.serve()
    assert pipe.said[-1] == "Carry"
    said = len(pipe.said)
    pipe.connect(1)  # broken, and made again
    carry(laptop, 2, bulky=road == "bulky")
    laptop.span.finish("av-sync#1", [7])
    laptop.span.tick(laptop.now_ns())
    assert pipe.said[said:] == [], "it may be that it does not know yet"
    entrance.serve(10)
    assert pipe.said[said] == ("Meet" if road == "swift" else "Opened")


def test_a_tunnel_on_other_ports_takes_the_place_of_the_one_before() -> None:
    with world_of() as world:
        fresh = {road: Relay(port) for road, port in world.gpu.span_ports.items()}
        try:
            world.hang_up()
            world.laptop.connect("gpu", {road: relay.port for road, relay in fresh.items()})
            with (
                world.laptop.peer("chunker", takes=(Token,), kind="actor") as ear,
                world.gpu.peer("llm", gives=(Token,)) as llm,
            ):
                world.until_known(world.gpu, "chunker")
                llm.send(Token(index=0, text="hello"))
                until(lambda: ear.messages)
            assert len(world.laptop.hub.frontier.spans) == 1
        finally:
            for relay in fresh.values():
                relay.close()


def test_a_port_in_use_is_told(house: House) -> None:
    with pytest.raises(Broken, match="cannot be bound"):
        house.hub.gate.listen({"swift": house.port})


def test_strangers_at_the_gate_are_refused_and_the_hubs_go_on() -> None:
    with world_of() as world:
        fresh = SessionKeys.make()
        keys = msgspec.structs.replace(world.gpu.keys, peer_public=fresh.peer_public, peer_secret=fresh.peer_secret)
        with world.gpu.stranger(keys=keys) as rogue:
            socket = rogue.socket("push", world.gpu.span_ports["swift"])
            socket.try_send([b"hello"])
            until(lambda: world.gpu.drops("refused") > 0)
        assert world.connected


def test_bad_words_from_one_of_the_session_are_counted_and_the_hubs_go_on() -> None:
    with world_of() as world, world.gpu.stranger() as rogue:
        socket = rogue.socket("push", world.gpu.span_ports["bulky"])
        for frames in ([b"\xc1"], [b""], [b"\x81\xa4type\xa5Carry", b"a", b"b"]):
            socket.try_send(frames)
        with (
            world.gpu.peer("chunker", takes=(Token,), kind="actor") as ear,
            world.laptop.peer("llm", gives=(Token,)) as llm,
        ):
            world.until_known(world.laptop, "chunker")
            llm.send(Token(index=0, text="hello"))
            until(lambda: ear.messages)


def test_a_host_that_takes_no_part_any_more_is_forgotten_and_may_come_back() -> None:
    with world_of() as world, world.gpu.peer("llm", gives=(Token,)), world.laptop.stranger() as agent:
        world.until_known(world.laptop, "llm")
        agent.hello()
        assert agent.ask("leave", HostCall("gpu")).what == ""
        assert agent.ask("leave", HostCall("gpu")).what == "", "it has gone"
        assert world.laptop.hub.frontier.spans == []
        world.laptop.connect("gpu", {road: relay.port for road, relay in world.relays.items()})
        world.until_known(world.laptop, "llm")
