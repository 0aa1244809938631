"""Client of a hub for programs without an event loop: asks, taps, sends. The command line and the host agent use it."""

from __future__ import annotations

import itertools
import logging
import os
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import msgspec

from bus.clock import SECOND, now_ns
from bus.codec import UNREADABLE
from bus.control import Answer, AnyWord, Ask, Bye, Hello, Notice, PeerKind, Reserve, Stop, Welcome, Word
from bus.envelope import NO_CAUSE
from bus.errors import Broken, Gone
from bus.link import Delivery, Link
from bus.messages.message import Lane, Message
from bus.sender import Sender
from bus.socket import SessionKeys

T = TypeVar("T")

_log = logging.getLogger(__name__)

HELLO_S = 5.0


class Question(Generic[T]):
    """A question on its way to a peer."""

    def __init__(self, number: int, to: str, kind: type[T]) -> None:
        self.number = number
        self.box: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._to = to
        self._kind = kind

    @property
    def answered(self) -> bool:
        """Whether the answer is here."""
        return not self.box.empty()

    def answer(self, timeout_s: float) -> T:
        """The answer; waits for it. Raises Broken with the peer's reason, Gone on silence."""
        try:
            answer = self.box.get(timeout=timeout_s)
        except queue.Empty:
            raise Gone(f"{self._to} did not answer within {timeout_s:g} s", "see: avatar status") from None
        if answer.what:
            refusal = Broken(answer.what, answer.todo)
            refusal.exit_code = answer.exit_code
            raise refusal
        try:
            return msgspec.msgpack.decode(answer.body, type=self._kind)
        except UNREADABLE as error:
            raise Broken(
                f"the answer of {self._to} cannot be read: {error}", "is it another version of avatar?"
            ) from None


class Client:
    """A peer that takes what it likes. `takes`: messages that arrive in `deliveries`, whatever their lane."""

    def __init__(
        self,
        keys: SessionKeys,
        control_port: int,
        name: str,
        *,
        kind: PeerKind = "client",
        takes: Iterable[type[Message]] = (),
        gives: Iterable[type[Message]] = (),
        host: str = "local",
    ) -> None:
        """Connects. Raises Gone when no hub answers within 5 s."""
        kinds, given = tuple(takes), tuple(gives)
        self.name = name
        self.deliveries: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self.notices: queue.SimpleQueue[Notice | Ask | Welcome | Stop] = queue.SimpleQueue()
        epoch = now_ns()
        hello = Hello(
            name=name,
            epoch=epoch,
            kind=kind,
            pid=os.getpid(),
            takes=tuple(k.spec.topic for k in kinds if k.spec.lane is Lane.STREAM),
            gives=tuple(k.spec.topic for k in given),
            hears=tuple(k.spec.topic for k in kinds if k.spec.lane is Lane.CONTROL),
            watches=tuple(k.spec.topic for k in kinds if k.spec.lane in (Lane.LATEST, Lane.STATE)),
            states=tuple(k.spec.topic for k in given if k.spec.lane is Lane.STATE),
            active=True,
        )
        self._answers: dict[int, queue.SimpleQueue[Answer]] = {}
        self._numbers = itertools.count(1)
        self._link = Link(keys, control_port, hello, {k.spec.topic: k for k in kinds}, self)
        self._sender = Sender(self._link, None, name, epoch, host)
        self._link.open()
        if not self._link.welcomed.wait(HELLO_S):
            self._link.close()
            raise Gone("the call's hub does not answer", "see: avatar status, avatar logs hub")

    # --- asked by people ------------------------------------------------------------------------------------------

    def ask(self, to: str, verb: str, args: object = None, *, kind: type[T], timeout_s: float = 5.0) -> T:
        """Asks a peer ("hub" and "agent" are two) and waits. Raises Broken with the peer's reason, Gone on silence."""
        question = self.question(to, verb, args, kind=kind)
        try:
            return question.answer(timeout_s)
        finally:
            self.drop(question)

    def question(self, to: str, verb: str, args: object = None, *, kind: type[T]) -> Question[T]:
        """Asks a peer without waiting. `drop` it in the end."""
        question = Question(next(self._numbers), to, kind)
        self._answers[question.number] = question.box
        self._link.say(Ask(question.number, to, verb, msgspec.Raw(msgspec.msgpack.encode(args))))
        return question

    def pass_on(self, ask: Ask, to: str) -> Question[object]:
        """Asks a peer what somebody has asked this one. `drop` it in the end."""
        question = Question(next(self._numbers), to, object)
        self._answers[question.number] = question.box
        self._link.say(Ask(question.number, to, ask.verb, ask.args))
        return question

    def drop(self, question: Question[T]) -> None:
        """An answer that still comes is not wanted any more."""
        self._answers.pop(question.number, None)

    def tell(self, to: str, verb: str, args: object) -> None:
        """Asks a peer without waiting; a refusal is logged."""
        self._link.say(Ask(next(self._numbers), to, verb, msgspec.Raw(msgspec.msgpack.encode(args))))

    def reserve(self, takes: dict[str, tuple[str, ...]]) -> None:
        """Has the hub, and each that takes its place, keep streams for these consumers (their topics)."""
        self._link.pledge(Reserve(takes))

    def say(self, word: Word) -> None:
        """Sends a control word."""
        self._link.say(word)

    def send(self, message: Message, *, timeout_s: float = 5.0) -> int:
        """Sends one message of the stream lane and waits until all who take it have handled it; its id. Raises Gone."""
        message_id = self._sender.send_now(message, NO_CAUSE)
        deadline = now_ns() + int(timeout_s * SECOND)
        idle = threading.Event()
        while self._link.unsettled:
            if now_ns() > deadline:
                raise Gone("the message was not taken in time", "see: avatar status")
            idle.wait(0.005)
        return message_id

    def publish(self, message: Message) -> None:
        """Sends one message of the latest or state lane; never waits. A new hub gets the last value of a state again."""
        self._sender.send_now(message, NO_CAUSE)

    def tap(self, topics: Iterable[str], *, payload: bool) -> None:
        """Starts a tap of topics: copies (with headers only, unless `payload`) arrive in `tapped`."""
        self._link.tap([t.encode() + b"\0" for t in topics], payload=payload)

    def tapped(self, timeout_s: float) -> Iterator[list[bytes]]:
        """Copies as they arrive: topic, header, payload (or its length in decimal), number (`CopyNumber`); ends after a silence of `timeout_s`."""
        while True:
            try:
                yield self._link.taps.get(timeout=timeout_s)
            except queue.Empty:
                return

    @property
    def lost_taps(self) -> int:
        """Copies that came faster than `tapped` was read, and were dropped."""
        return sum(d.count for d in self._link.tally.drops() if d.reason == "tap-overflow")

    def close(self) -> None:
        """Says bye."""
        self._link.close(Bye())

    def leave(self) -> None:
        """Says bye, and that it goes on purpose: the call is to go on alone."""
        self._link.close(Bye(what="left"))

    # --- told by the link's thread --------------------------------------------------------------------------------

    def stream(self, delivery: Delivery) -> None:
        self._link.done(delivery.header.id)
        if delivery.message is not None:
            self.deliveries.put(delivery)

    def latest(self, delivery: Delivery) -> None:
        self.deliveries.put(delivery)

    def post(self, delivery: Delivery) -> None:
        self.deliveries.put(delivery)

    def word(self, word: AnyWord) -> None:
        match word:
            case Answer():
                box = self._answers.get(word.number)
                if box:
                    box.put(word)
                elif word.what:
                    _log.warning("refused what=%s", word.what)
            case Notice() | Ask() | Welcome() | Stop():
                self.notices.put(word)
            case _:
                pass

    def room(self) -> None:
        pass
