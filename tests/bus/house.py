"""House for scenes: a real hub in a thread, peers with real sockets, and ways to wait for what must come."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from bus.arrivals import Delivery
from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.control import (
    ActorCall,
    Answer,
    AnyWord,
    Ask,
    Bye,
    Hello,
    HostCall,
    PeerKind,
    PeerView,
    Word,
    decode_word,
    encode_word,
)
from bus.custody import Custody
from bus.envelope import VERSION, Header
from bus.hub import Hub
from bus.link import Link
from bus.messages import Lane, Message
from bus.parcel import Road
from bus.roster import identity_of
from bus.sender import Sender
from bus.socket import Network, SessionKeys, Socket

T = TypeVar("T")
names = (f"peer{n}" for n in itertools.count())


def header(source: str = "llm", *, number: int = 1, epoch: int = 1, seq: int = 1, **more: object) -> Header:
    """A header with what the scene cares about."""
    at = now_ns()
    fields: dict[str, object] = {"t0": at, "t": at, "host": "local", **more}
    return msgspec.convert({"v": VERSION, "id": number, "source": source, "epoch": epoch, "seq": seq, **fields}, Header)


def until(true: Callable[[], T], what: str = "it did not happen", timeout_ms: float = 30_000) -> T:
    """Waits for something to become true; gives it."""
    deadline = now_ns() + int(timeout_ms * MS)
    while not (value := true()):
        assert now_ns() < deadline, what
        sleep_ms(1)
    return value


async def soon(true: Callable[[], T], what: str = "it did not happen", timeout_s: float = 30.0) -> T:
    """The same, inside an event loop."""
    deadline = now_ns() + int(timeout_s * SECOND)
    while not (value := true()):
        assert now_ns() < deadline, what
        await asyncio.sleep(0.001)
    return value


class Ear:
    """Listener that keeps everything; acknowledges at once unless told to be `slow`."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.words: list[AnyWord] = []
        self.rooms = 0
        self.slow = False
        self.link: Link | None = None

    @property
    def messages(self) -> list[Message]:
        return [d.message for d in self.heard if d.message]

    def stream(self, delivery: Delivery) -> None:
        self.heard.append(delivery)
        if self.link and not self.slow:
            self.link.done(delivery.header.id)

    def latest(self, delivery: Delivery) -> None:
        self.heard.append(delivery)

    post = latest

    def word(self, word: AnyWord) -> None:
        self.words.append(word)

    def room(self) -> None:
        self.rooms += 1


class Peer:
    """A process of its own, nearly: a link, its ear and its sender."""

    def __init__(self, house: House, name: str, hello: Hello, kinds: tuple[type[Message], ...]) -> None:
        self.name = name
        self._here = True
        self.ear = Ear()
        self.link = Link(house.keys, house.port, hello, {k.spec.topic: k for k in kinds}, self.ear)
        self.ear.link = self.link
        self.sender = Sender(self.link, None, name, hello.epoch, "local")
        self.link.open()
        assert self.link.welcomed.wait(30)

    @property
    def messages(self) -> list[Message]:
        return self.ear.messages

    def leave(self, bye: Bye) -> None:
        """Goes, once."""
        if self._here:
            self._here = False
            self.link.close(bye)

    def send(self, *messages: Message, gen: int = 0) -> None:
        for message in messages:
            self.sender.send_now(message, header(number=0, gen=gen))


class House:
    """A hub of a session of its own, and those who talk to it."""

    def __init__(
        self,
        keys: SessionKeys | None = None,
        port: int = 0,
        *,
        host: str = "local",
        listens: bool = False,
        span_ports: dict[Road, int] | None = None,
        custody: Custody | None = None,
    ) -> None:
        self.keys = keys or SessionKeys.make()
        self._custody = custody or Custody(60)
        self.hub = Hub(self.keys, port, host)
        self.hub.reception.orphan.custody = self._custody
        self.span_ports = self.hub.gate.listen(span_ports) if listens else {}
        self.port = self.hub.ports.control
        self._thread = threading.Thread(target=self.hub.serve)
        self._thread.start()

    def end(self) -> None:
        self.hub.stopping = True
        self._thread.join(30)
        assert not self._thread.is_alive()

    def connect(self, host: str, ports: dict[Road, int]) -> None:
        """Tells the hub, as its host agent does."""
        with self.stranger() as agent:
            agent.hello()
            assert agent.ask("connect", HostCall(host, ports["swift"], ports["bulky"])).what == ""

    def orphan(self) -> None:
        """Its host agent was killed."""
        self._custody.orphaned = True

    @property
    def alive(self) -> bool:
        """Whether the hub serves."""
        return self._thread.is_alive()

    def drops(self, reason: str) -> int:
        return sum(d.count for d in self.hub.tally.drops() if d.reason == reason)

    @contextmanager
    def peer(
        self,
        name: str = "",
        *,
        takes: tuple[type[Message], ...] = (),
        gives: tuple[type[Message], ...] = (),
        kind: PeerKind = "client",
        epoch: int = 1,
        active: bool = True,
        group: str = "",
    ) -> Iterator[Peer]:
        """Someone who is here for the length of a block."""
        name = name or next(names)

        def topics(kinds: tuple[type[Message], ...], *lanes: Lane) -> tuple[str, ...]:
            return tuple(k.spec.topic for k in kinds if k.spec.lane in lanes)

        hello = Hello(
            name,
            epoch,
            kind,
            os.getpid(),
            takes=topics(takes, Lane.STREAM),
            gives=tuple(k.spec.topic for k in gives),
            hears=topics(takes, Lane.CONTROL),
            watches=topics(takes, Lane.LATEST, Lane.STATE),
            states=topics(gives, Lane.STATE),
            bulky=tuple(k.spec.topic for k in gives if k.spec.bulky),
            active=active,
            group=group,
        )
        peer = Peer(self, name, hello, takes)
        try:
            yield peer
        finally:
            peer.leave(Bye())

    @contextmanager
    def stranger(self, *, keys: SessionKeys | None = None, name: str = "") -> Iterator[Stranger]:
        """Someone with bare sockets, who may send anything."""
        stranger = Stranger(self, keys or self.keys, name or next(names))
        try:
            yield stranger
        finally:
            stranger.close()

    def phase(self, name: str, epoch: int) -> str:
        found = [p for p in list(self.hub.roster.peers.values()) if (p.hello.name, p.hello.epoch) == (name, epoch)]
        return found[0].phase if found else "gone"


class Stranger:
    """Bare sockets with (perhaps the wrong) keys."""

    def __init__(self, house: House, keys: SessionKeys, name: str) -> None:
        self.house = house
        self.name = name
        self._network = Network(keys)
        self._sockets: list[Socket] = []
        self.control = self._network.socket("dealer", identity_of(name, 1))
        self._sockets.append(self.control)
        self.control.connect(house.port)
        self._numbers = itertools.count(1)

    def hello(self, *gives: str, takes: tuple[str, ...] = ()) -> None:
        self.say(Hello(self.name, 1, "client", 0, takes=takes, gives=gives, active=True))
        until(lambda: self.hears("Welcome"), "no welcome")

    def say(self, word: Word) -> None:
        self.control.try_send([encode_word(word)])

    def hears(self, kind: str) -> AnyWord | None:
        """The next control word if it is of that kind."""
        frames = self.control.try_receive()
        word = decode_word(frames[0]) if frames else None
        return word if type(word).__name__ == kind else None

    def ask(self, verb: str, args: object = None) -> Answer:
        return self.ask_of("hub", verb, args)

    def ask_of(self, to: str, verb: str, args: object = None) -> Answer:
        number = next(self._numbers)
        self.say(Ask(number, to, verb, msgspec.Raw(msgspec.msgpack.encode(args))))
        answer = until(lambda: self.hears("Answer"), f"no answer to {verb}")
        assert isinstance(answer, Answer)
        assert answer.number == number
        return answer

    def do(self, verb: str, name: str, epoch: int = 0) -> str:
        return self.ask(verb, ActorCall(name, epoch)).what

    def peers(self) -> list[PeerView]:
        return msgspec.msgpack.decode(self.ask("peers").body, type=list[PeerView])

    def socket(self, kind: str, port: int) -> Socket:
        """One more socket of the hub's other side."""
        assert kind in ("push", "pub", "sub", "xsub", "pull")
        socket = self._network.socket(kind)  # type: ignore[arg-type]
        socket.connect(port)
        self._sockets.append(socket)
        return socket

    def close(self) -> None:
        self.say(Bye())
        for socket in self._sockets:
            socket.close()
        self._network.close()
