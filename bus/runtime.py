"""Runtime of an actor's process: connects it to the hub, hands it its messages, fences it, stops it.

One handler of a stream message runs at a time; latest and state messages have a worker of their own, control messages
another: a pause is never behind data. A barge-in cancels the handlers of the old generation before anything else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import msgspec

from bus.actor import Actor
from bus.clock import SECOND, now_ns, sleep_until
from bus.control import Activate, Active, Bye, Drain, Hello, Pulse, Ready, Stop, Welcome
from bus.emit import AnyEmit
from bus.envelope import NO_CAUSE
from bus.errors import AvatarError, Broken
from bus.inbox import Inbox
from bus.link import Delivery, Link
from bus.messages.message import Lane, Message
from bus.sender import Sender
from bus.socket import SessionKeys
from bus.vitals import Vitals
from bus.wiring import Handler

_log = logging.getLogger(__name__)

SETTLE_S = 5.0
"""How long a draining actor waits until the others have handled what it sent."""


def hello_of(actor: Actor, epoch: int, pid: int) -> Hello:
    """What an actor tells its hub, from its wiring."""
    inputs = actor.wiring.inputs
    outputs = actor.wiring.outputs

    def topics(kinds: tuple[type[Message], ...], *lanes: Lane) -> tuple[str, ...]:
        return tuple(k.spec.topic for k in kinds if k.spec.lane in lanes)

    return Hello(
        name=actor.name,
        epoch=epoch,
        kind="actor",
        pid=pid,
        takes=topics(inputs, Lane.STREAM),
        gives=tuple(k.spec.topic for k in outputs),
        hears=topics(inputs, Lane.CONTROL),
        watches=topics(inputs, Lane.LATEST, Lane.STATE),
        states=topics(outputs, Lane.STATE),
    )


class Runtime:
    """Runs one actor until it is told to stop or drain, or fails."""

    def __init__(self, actor: Actor, keys: SessionKeys, control_port: int, hello: Hello, host: str) -> None:
        self._actor = actor
        self._hello = hello
        kinds = {k.spec.topic: k for k in actor.wiring.inputs}
        self._stopping = asyncio.Event()
        self._activated = asyncio.Event()
        self._welcomed = asyncio.Event()
        self._loaded = False
        self._draining = False
        self._inbox = inbox = Inbox(asyncio.get_running_loop())
        self._link = Link(keys, control_port, hello, kinds, inbox)
        self._link.tally = inbox.tally
        self._vitals = Vitals(self._link.tally)
        self._sender = Sender(self._link, inbox, hello.name, hello.epoch, host)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._handling: dict[str, Delivery] = {}
        self._cut_workers: set[str] = set()

    async def run(self) -> None:
        """The whole life of the actor. Raises what made it fail."""
        self._link.open(self._pulse)
        bye = Bye()
        try:
            async with asyncio.TaskGroup() as group:
                words = group.create_task(self._hear(), name="words")
                life = group.create_task(self._live(), name="life")
                await self._stopping.wait()
                life.cancel()
                await asyncio.wait([life])
                words.cancel()
        except* AvatarError as failed:
            error = _first(failed)
            bye = Bye(error.what, error.todo, not error.restart_helps)
            raise error from None
        except* Exception as failed:
            bye = Bye(f"{type(_first(failed)).__name__} in {self._hello.name}", "see: avatar logs " + self._hello.name)
            raise
        finally:
            await self._actor.stop()
            await self._settle()
            self._link.close(bye)

    def stop(self) -> None:
        """Ends `run` soon; safe from another thread only through the loop."""
        self._stopping.set()

    # --- life -----------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        await self._actor.start()
        self._loaded = True
        await self._welcomed.wait()  # the hub must know us before it can hear that we are ready
        self._link.say(Ready())
        await self._activated.wait()
        await self._actor.activate()
        self._link.say(Active())
        wiring = self._actor.wiring
        self._actor.alarm.changed = (alarm_changed := asyncio.Event()).set
        async with asyncio.TaskGroup() as group:
            for name, worker in (
                ("stream", self._stream_worker()),
                ("latest", self._latest_worker()),
                ("post", self._post_worker()),
                ("alarm", self._alarm_worker(alarm_changed)),
                ("lag", self._vitals.watch_lag()),
            ):
                self._workers[name] = group.create_task(worker, name=name)
            if wiring.run:
                self._workers["run"] = group.create_task(self._call(wiring.run, None, now_ns()), name="run")

    async def _settle(self) -> None:
        deadline = now_ns() + int(SETTLE_S * SECOND)
        while self._draining and self._link.unsettled and now_ns() < deadline:
            await asyncio.sleep(0.005)

    def _pulse(self) -> Pulse:
        return self._vitals.pulse(len(self._inbox.streams))

    # --- control --------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        """Takes control words and posts as they come. The fence was already raised by the link's thread."""
        inbox = self._inbox
        while True:
            await inbox.arrived.wait()
            inbox.arrived.clear()
            while inbox.words:
                word = inbox.words.popleft()
                match word:
                    case Welcome():
                        self._welcomed.set()
                        if self._loaded and not self._activated.is_set():
                            self._link.say(Ready())  # a new hub does not know it yet
                    case Activate(below_gen):
                        self._link.raise_fence(below_gen)
                        self._link.hello = _as_active(self._link.hello)
                        self._activated.set()
                    case Drain():
                        self._draining = True
                        await self._finish_unit()
                        self._stopping.set()
                    case Stop():
                        self._stopping.set()
                    case _:
                        pass
            self._cut_old()

    async def _finish_unit(self) -> None:
        """Lets the stream handler in hand come to its end, and starts no other."""
        worker = self._workers.get("stream")
        while worker and "stream" in self._handling:
            await asyncio.sleep(0.002)

    def _cut_old(self) -> None:
        for name, delivery in self._handling.items():
            header = delivery.header
            if header.fenced and header.gen < self._link.below_gen and name not in self._cut_workers:
                self._cut_workers.add(name)
                self._workers[name].cancel()

    # --- workers --------------------------------------------------------------------------------------------------

    async def _stream_worker(self) -> None:
        inbox, link = self._inbox, self._link
        while True:
            if not inbox.streams or self._draining:
                await inbox.has_stream.wait()
                inbox.has_stream.clear()
                continue
            delivery = inbox.streams.popleft()
            await self._handle("stream", delivery)
            if not inbox.streams or self._vitals.handled % 32 == 0:
                link.done(delivery.header.id)

    async def _latest_worker(self) -> None:
        inbox = self._inbox
        while True:
            delivery = inbox.next_latest()
            if delivery is None:
                await inbox.has_latest.wait()
                inbox.has_latest.clear()
            else:
                await self._handle("latest", delivery)

    async def _post_worker(self) -> None:
        inbox = self._inbox
        while True:
            if inbox.posts:
                await self._handle("post", inbox.posts.popleft())
            else:
                await inbox.has_post.wait()
                inbox.has_post.clear()

    async def _alarm_worker(self, changed: asyncio.Event) -> None:
        alarm, handler = self._actor.alarm, self._actor.wiring.alarm
        while handler:
            changed.clear()
            if alarm.at_ns is None:
                await changed.wait()
            elif now_ns() >= alarm.at_ns:
                alarm.at_ns = None
                await self._call(handler, None, now_ns())
            else:
                waiting = asyncio.ensure_future(changed.wait())
                timer = asyncio.ensure_future(sleep_until(alarm.at_ns))
                await asyncio.wait([waiting, timer], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                timer.cancel()

    async def _handle(self, worker: str, delivery: Delivery) -> None:
        """One message to its handler. A barge-in cancels it here and nowhere else."""
        message = delivery.message
        header = delivery.header
        if message is None:
            return
        if header.fenced and header.gen < self._link.below_gen:
            self._link.tally.add(message.spec.topic, "generation")
            return
        handler = self._actor.wiring.handlers.get(type(message))
        if handler is None:
            return
        started_ns = now_ns()
        self._handling[worker] = delivery
        try:
            await self._call(handler, delivery, delivery.received_ns)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if worker not in self._cut_workers or task is None:
                raise
            task.uncancel()
            self._link.tally.add(message.spec.topic, "cancelled")
        except Broken as error:
            _log.error("failed message=%s what=%s", message.spec.topic, error.what)
            self._link.tally.add(message.spec.topic, "failed")
        finally:
            del self._handling[worker]
            self._cut_workers.discard(worker)
        self._vitals.note(started_ns)

    def _call(self, handler: Handler, delivery: Delivery | None, received_ns: int) -> Coroutine[Any, Any, None]:
        method = getattr(self._actor, handler.method)
        emit = AnyEmit(self._sender.answering(received_ns), delivery.header if delivery else NO_CAUSE)
        arguments: list[object] = [delivery.message] if delivery else []
        if handler.wants_emit:
            arguments.append(emit)
        coroutine: Coroutine[Any, Any, None] = method(*arguments)
        return coroutine


def _as_active(hello: Hello) -> Hello:
    return msgspec.structs.replace(hello, active=True)


def _first(group: BaseExceptionGroup[Any]) -> Any:
    error: Any = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
