"""Steward of the hub's model: what the host agent is to a hub."""

from __future__ import annotations

import itertools
from collections import deque

import msgspec

from bus.arrivals import Delivery
from bus.control import ActorCall, AnyWord, Ask, Hello, Notice, Reserve
from bus.link import Link
from tests.bus.lives import PORT, ROLES
from tests.bus.wires import KEYS, Air, WireNetwork


class Steward:
    """What the host agent is to the hub: hears what becomes of processes, and tells whose turn it is."""

    def __init__(self, air: Air) -> None:
        hello = Hello("agent", 1, "agent", 0, active=True)
        self.link = Link(KEYS, PORT, hello, {}, self, network=WireNetwork(air, "agent"))
        self._numbers = itertools.count(1)
        self.notices: deque[Notice] = deque()
        self.reserve("w", "s")

    def turn(self) -> None:
        self.link.turn()
        self.link.turn()

    def reserve(self, *groups: str) -> None:
        self.link.pledge(Reserve({group: tuple(k.spec.topic for k in ROLES[group].takes) for group in groups}))

    def tell(self, verb: str, name: str, epoch: int = 0) -> None:
        args = msgspec.Raw(msgspec.msgpack.encode(ActorCall(name, epoch)))
        self.link.say(Ask(next(self._numbers), "hub", verb, args))

    def word(self, word: AnyWord) -> None:
        if isinstance(word, Notice):
            self.notices.append(word)

    def stream(self, delivery: Delivery) -> None:
        raise AssertionError(delivery)

    latest = post = stream

    def room(self) -> None:
        pass
