"""World of two hosts for scenes: a real hub on each, and relays as the way between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bus.messages import Message, Token
from bus.parcel import Road
from bus.socket import SessionKeys
from remote.lab.relay import Relay
from tests.bus.house import House, until


@dataclass
class World:
    """Both hosts and the way between them."""

    laptop: House
    gpu: House
    relays: dict[Road, Relay]

    def hang_up(self) -> None:
        for relay in self.relays.values():
            relay.hang_up()

    def freeze(self) -> None:
        for relay in self.relays.values():
            relay.freeze()

    def mend(self) -> None:
        for relay in self.relays.values():
            relay.mend()

    @property
    def connected(self) -> bool:
        return all(s.open for house in (self.laptop, self.gpu) for s in house.hub.frontier.spans)

    def until_known(self, house: House, name: str) -> None:
        """Until a hub has heard of a peer of the other one."""
        (span,) = house.hub.frontier.spans
        until(lambda: any(a.name == name and a.active for a in list(span.peers.values())), f"{name} is not known")


@contextmanager
def world_of(delay_ms: float = 0.0, mbits: float = 0.0) -> Iterator[World]:
    keys = SessionKeys.make()
    laptop, gpu = House(keys, host="laptop"), House(keys, host="gpu", listens=True)
    relays = {road: Relay(port, delay_ms=delay_ms, mbits=mbits) for road, port in gpu.span_ports.items()}
    laptop.connect("gpu", {road: relay.port for road, relay in relays.items()})
    world = World(laptop, gpu, relays)
    try:
        until(lambda: world.connected, "the hubs did not meet")
        yield world
    finally:
        world.mend()
        world.laptop.end()
        world.gpu.end()
        for relay in relays.values():
            relay.close()


def tokens(*numbers: int) -> list[Token]:
    return [Token(text=str(number), index=number) for number in numbers]


def texts(messages: Sequence[Message]) -> list[int]:
    return [int(m.text) for m in messages if isinstance(m, Token)]
