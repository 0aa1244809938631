"""Scenes of the sockets between two hubs."""

from __future__ import annotations

import msgspec
import pytest

from bus.errors import Broken
from bus.messages import Token
from bus.socket import SessionKeys
from remote.lab.relay import Relay
from tests.bus.house import House, until
from tests.bus.world import world_of


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
