"""Lives for the hub's model: processes without threads or time, around real links, outboxes, arrivals and receipts.

What the runtime and the host agent do with words from the hub is done here in the smallest steps there are, so that
anything may come between two of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from bus.arrivals import Delivery
from bus.control import (
    Activate,
    Active,
    AnyWord,
    Bye,
    Drain,
    Hello,
    Ready,
    Stop,
    Welcome,
)
from bus.envelope import NO_CAUSE, Header
from bus.link import Link
from bus.messages import Cut
from bus.messages.message import Lane, Message, Spec
from bus.receipts import Receipts, Timer
from bus.sender import Sender
from bus.unit import Unit
from tests.bus.wires import KEYS, Air, WireNetwork

PORT = 20_000


class Seed(Message, frozen=True, kw_only=True):
    """What a producer makes, of a generation."""

    spec: ClassVar = Spec("model.seed", Lane.STREAM, fenced=True)
    origin: str
    n: int


class Fact(Message, frozen=True, kw_only=True):
    """What a producer makes, of no generation; two consumers take it."""

    spec: ClassVar = Spec("model.fact", Lane.STREAM)
    origin: str
    n: int


class Fad(Message, frozen=True, kw_only=True):
    """What a producer makes, soon stale."""

    spec: ClassVar = Spec("model.fad", Lane.STREAM, ttl_ms=300)
    origin: str
    n: int


class Fruit(Message, frozen=True, kw_only=True):
    """The k-th thing that a worker makes of a seed."""

    spec: ClassVar = Spec("model.fruit", Lane.STREAM, fenced=True)
    origin: str
    n: int
    k: int


class Echo(Message, frozen=True, kw_only=True):
    """What a worker makes of a fact."""

    spec: ClassVar = Spec("model.echo", Lane.STREAM)
    origin: str
    n: int
    k: int


Root = Seed | Fact | Fad
Child = Fruit | Echo


@dataclass(frozen=True)
class Role:
    """What an actor takes and gives."""

    takes: tuple[type[Message], ...] = ()
    gives: tuple[type[Message], ...] = ()


ROLES = {
    "p": Role(gives=(Seed, Fact, Fad)),
    "q": Role(gives=(Seed, Fact, Fad)),
    "w": Role((Seed, Fact, Fad), (Fruit, Echo)),
    "s": Role((Fruit, Echo, Fact)),
    "boss": Role(gives=(Cut,)),
}


def children(message: Message) -> list[Message]:
    """What a worker makes of a message."""
    match message:
        case Seed(origin=origin, n=n):
            return [Fruit(origin=origin, n=n, k=k) for k in range(2)]
        case Fact(origin=origin, n=n):
            return [Echo(origin=origin, n=n, k=0)]
        case _:
            return []


class Bell:
    """A timer that rings when the scene says so."""

    def __init__(self) -> None:
        self.call: Callable[[], None] | None = None

    def set(self, _delay_s: float, call: Callable[[], None]) -> Timer:
        self.call = call
        return self

    def cancel(self) -> None:
        self.call = None

    def ring(self) -> None:
        call, self.call = self.call, None
        if call:
            call()


@dataclass
class Work:
    """A message in hand, and what is still to be made of it."""

    header: Header
    rest: deque[tuple[int, Message]] = field(default_factory=deque)


def hello_for(name: str, epoch: int) -> Hello:
    """What a process of the model says of itself."""
    group = name.partition("#")[0]
    role = ROLES[group]
    return Hello(
        name,
        epoch,
        "actor",
        0,
        takes=tuple(k.spec.topic for k in role.takes),
        gives=tuple(k.spec.topic for k in role.gives),
        group=group,
    )


class Life:
    """One incarnation of an actor's process: what bus/runtime.py does, step by step."""

    def __init__(self, air: Air, name: str, epoch: int, handled: Callable[[Life, Header, Message], None]) -> None:
        self.name = name
        self.epoch = epoch
        self.group = name.partition("#")[0]
        self.owner = f"{name}#{epoch}"
        kinds = {k.spec.topic: k for k in ROLES[self.group].takes}
        self.link = Link(KEYS, PORT, hello_for(name, epoch), kinds, self, network=WireNetwork(air, self.owner))
        self.sender = Sender(self.link, None, name, epoch, "local", self.group)
        self.unit = Unit()
        self.bell = Bell()
        self.receipts = Receipts(self.link.handled, self.unit, self.bell.set)
        self.inbox: deque[Delivery] = deque()
        self.words: deque[AnyWord] = deque()
        self.work: Work | None = None
        self.here = True
        """It runs (perhaps nobody knows)."""
        self.active = False
        self.leaving = False
        self.holds_next = False
        self.produced = 0
        self._handled = handled

    # --- told by its link -----------------------------------------------------------------------------------------

    def stream(self, delivery: Delivery) -> None:
        self.inbox.append(delivery)

    def latest(self, delivery: Delivery) -> None:
        raise AssertionError(delivery)

    def post(self, delivery: Delivery) -> None:
        pass

    def word(self, word: AnyWord) -> None:
        self.words.append(word)

    def room(self) -> None:
        pass

    # --- steps ----------------------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Its link looks around; words are heard, a barge-in cuts what is in hand."""
        self.link.turn()
        self.link.turn()  # the first may have found that it has something to say
        while self.words:
            self._understand(self.words.popleft())
        self.unit.drop_below(self.link.below_gen)
        if self.work and self._is_old(self.work.header):
            self._finish(self.work.header)

    def _understand(self, word: AnyWord) -> None:
        match word:
            case Welcome() if not self.active:
                self.link.say(Ready())
            case Activate(below_gen):
                self.link.raise_fence(below_gen)
                self.link.hello = msgspec.structs.replace(self.link.hello, active=True)
                self.active = True
                self.link.say(Active())
            case Drain() | Stop():
                self.leaving = True
            case _:
                pass

    @property
    def is_busy(self) -> bool:
        """Whether `do` does something."""
        if self.work is not None:
            return self.link.has_room or not self.work.rest
        return self.active and bool(self.inbox) and not self.leaving

    def do(self) -> None:
        """The smallest step of its work: begins with a message, sends one of its answers, or finishes it."""
        if self.work is None:
            self._begin(self.inbox.popleft())
        elif self.work.rest:
            index, message = self.work.rest.popleft()
            self.sender.send_now(message, self.work.header, index)
        else:
            self._finish(self.work.header)

    def _begin(self, delivery: Delivery) -> None:
        header, message = delivery.header, delivery.message
        if message is None or self._is_old(header):
            self.receipts.handled(header.id)
            return
        self._handled(self, header, message)
        if self.holds_next:
            self.holds_next = False
            self.unit.hold(header)
        counts: dict[str, int] = {}
        self.work = Work(header)
        for child in children(message) if self.group == "w" else ():
            index = counts[child.spec.topic] = counts.get(child.spec.topic, -1) + 1
            self.work.rest.append((index, child))

    def _finish(self, header: Header) -> None:
        self.work = None
        self.receipts.handled(header.id)

    def _is_old(self, header: Header) -> bool:
        return header.fenced and header.gen < self.link.below_gen

    def produce(self, kind: type[Seed | Fact | Fad], gen: int) -> Root | None:
        """Sends something that nothing caused; None when there is no room or the fence kept it back."""
        if not (self.active and self.link.has_room) or self.leaving:
            return None
        self.produced += 1
        message = kind(origin=self.owner, n=self.produced)
        cause = msgspec.structs.replace(NO_CAUSE, gen=gen)
        return message if self.sender.send_now(message, cause) else None

    def leave(self) -> None:
        """The end that it was told to come to: what it has finished is told, then bye."""
        self.here = False
        self.receipts.flush()
        self.link.close(Bye())
