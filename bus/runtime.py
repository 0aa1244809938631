"""Runtime of an actor's process: connects it to the hub, hands it its messages, fences it, stops it.

One handler of a stream message runs at a time; latest and state messages have a worker of their own, control messages
another: a pause is never behind data. A barge-in cancels the handlers of the old generation before anything else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec

from bus.actor import Actor
from bus.arrivals import Delivery
from bus.clock import now_ns, sleep_until
from bus.control import Activate, Active, Answer, AnyWord, Ask, Bye, Drain, Hello, Pulse, Ready, Stop, Welcome
from bus.emit import AnyEmit
from bus.envelope import NO_CAUSE, Header
from bus.errors import AvatarError, Broken, first_of
from bus.inbox import Inbox
from bus.link import Link
from bus.orphan import OrphanActor
from bus.recall import recalled
from bus.receipts import Receipts
from bus.sender import Sender
from bus.socket import SessionKeys
from bus.vitals import Vitals
from bus.wiring import Handler

_log = logging.getLogger(__name__)

STOP_S = 5.0
"""An actor frees its model or device in less; one that waits there for a call that does not come back is left."""
SETTLE_LOOK_S = 0.005
SETTLE_LOOKS = 40
"""A draining actor waits 0.2 s at most until the others have handled what it sent; longer would be heard as a gap."""


@dataclass(slots=True, eq=False)
class Handling:
    """One message in the hands of a worker."""

    header: Header
    task: asyncio.Task[Any]
    started_ns: int
    cut: bool = False


class Runtime:
    """Runs one actor until it is told to stop or drain, or fails."""

    def __init__(
        self, actor: Actor, keys: SessionKeys, control_port: int, hello: Hello, host: str, orphan: OrphanActor
    ) -> None:
        self._actor = actor
        self._hello = hello
        kinds = {k.spec.topic: k for k in actor.wiring.inputs}
        self._stopping = asyncio.Event()
        self._activated = asyncio.Event()
        self._welcomed = asyncio.Event()
        self._loaded = False
        self._remembered: tuple[tuple[bytes, bytes, bytes], ...] = ()
        self._draining = False
        loop = asyncio.get_running_loop()
        self._inbox = inbox = Inbox(loop)
        self._link = Link(keys, control_port, hello, kinds, inbox, inbox.tally)
        orphan.live_with(self._link, lambda: loop.call_soon_threadsafe(self.stop))
        self._receipts = Receipts(self._link.handled, actor.unit)
        self._vitals = Vitals(self._link.tally)
        if actor.lossy is not None:
            actor.lossy.count_in(self._link.tally)
        self._sender = Sender(self._link, inbox, hello.name, hello.epoch, host, hello.group)
        self._handling: dict[str, Handling] = {}

    async def run(self) -> None:
        """The whole life of the actor. Raises what made it fail; `stop` of the actor and a bye to the hub always come."""
        self._link.open(self._pulse)
        bye = Bye()
        try:
            try:
                await self._until_told()
            except ExceptionGroup as failed:
                raise first_of(failed) from None
            finally:
                await self._stop_actor()
            await self._settle()
        except AvatarError as error:
            bye = Bye(error.what, error.todo, not error.restart_helps, error.exit_code)
            raise
        except Exception as error:
            bye = Bye(f"{type(error).__name__} in {self._hello.name}", "see: avatar logs " + self._hello.name)
            raise
        finally:
            self._link.close(bye)

    def stop(self) -> None:
        """Ends `run` soon; safe from another thread only through the loop."""
        self._stopping.set()

    # --- life -----------------------------------------------------------------------------------------------------

    async def _until_told(self) -> None:
        async with asyncio.TaskGroup() as group:
            words = group.create_task(self._hear(), name="words")
            lag = group.create_task(self._vitals.watch_lag(), name="lag")
            life = group.create_task(self._live(), name="life")
            await self._stopping.wait()
            life.cancel()
            await asyncio.wait([life])
            words.cancel()
            lag.cancel()
        self._receipts.flush()
        if self._link.error:
            raise Broken(
                f"the connection to the hub failed: {self._link.error}", f"see: avatar logs {self._hello.name}"
            )

    async def _live(self) -> None:
        await self._actor.start()
        self._loaded = True
        await self._welcomed.wait()  # the hub must know us before it can hear that we are ready
        self._link.say(Ready())
        await self._activated.wait()
        for state, header in recalled(self._remembered, self._actor.wiring.outputs, self._link.tally):
            # In its own name from now on: a hub that is new gets states from the living only.
            self._sender.send_now(state, header)
            await self._actor.restore(state)
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
            ):
                group.create_task(worker, name=name)
            if wiring.run:
                group.create_task(self._call(wiring.run, None, now_ns()), name="run")

    async def _stop_actor(self) -> None:
        try:
            async with asyncio.timeout(STOP_S):
                await self._actor.stop()
        except TimeoutError:
            _log.error("it has not given back what it holds within %g s", STOP_S)

    async def _settle(self) -> None:
        """A drained actor stays until what it sent is handled: should the hub die now, it must be sent again."""
        for _ in range(SETTLE_LOOKS if self._draining else 0):
            if not self._link.unsettled:
                break
            await asyncio.sleep(SETTLE_LOOK_S)

    def _pulse(self) -> Pulse:
        in_hand = self._handling.copy().values()  # at once: this is asked by another thread
        return self._vitals.pulse(len(self._inbox.streams), min((h.started_ns for h in in_hand), default=0))

    # --- control --------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        """Takes control words and posts as they come. The fence was already raised by the link's thread."""
        inbox = self._inbox
        while True:
            await inbox.arrived.wait()
            inbox.arrived.clear()
            while inbox.words:
                self._understand(inbox.words.popleft())
            self._cut_old()

    def _understand(self, word: AnyWord) -> None:
        match word:
            case Welcome():
                self._welcomed.set()
                if self._loaded and not self._activated.is_set():
                    self._link.say(Ready())  # a new hub does not know it yet
            case Activate(below_gen, remembered):
                self._link.raise_fence(below_gen)
                self._remembered = remembered
                self._link.hello = msgspec.structs.replace(self._link.hello, active=True)
                self._activated.set()
            case Drain():
                self._draining = True
                if "stream" not in self._handling:  # else the unit in hand comes to its end first
                    self._stopping.set()
            case Stop():
                self._stopping.set()
            case Ask():
                what = f"{self._hello.name} answers no questions"
                self._link.say(Answer(word.number, word.asker, what=what, todo="ask the hub or the host agent"))
            case _:
                pass

    def _cut_old(self) -> None:
        self._actor.unit.drop_below(self._link.below_gen)
        for handling in self._handling.values():
            header = handling.header
            if header.fenced and header.gen < self._link.below_gen and not handling.cut:
                handling.cut = True
                handling.task.cancel()

    # --- workers --------------------------------------------------------------------------------------------------

    async def _stream_worker(self) -> None:
        inbox = self._inbox
        while not self._draining:
            if inbox.streams:
                delivery = inbox.streams.popleft()
                await self._handle("stream", delivery)
                told = self._receipts.handled if delivery.message else self._receipts.passed
                told(delivery.header.id)
            else:
                await inbox.has_stream.wait()
                inbox.has_stream.clear()
        self._stopping.set()

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
                timer = asyncio.ensure_future(sleep_until(alarm.at_ns))
                timer.add_done_callback(lambda done: None if done.cancelled() else changed.set())
                try:
                    await changed.wait()
                finally:
                    timer.cancel()

    async def _handle(self, worker: str, delivery: Delivery) -> None:
        """One message to its handler. A barge-in cancels it here and nowhere else."""
        message, header = delivery.message, delivery.header
        if message is None:
            return
        if header.fenced and header.gen < self._link.below_gen:
            self._link.tally.add(message.spec.topic, "generation")
            return
        handler = self._actor.wiring.handlers.get(type(message))
        task = asyncio.current_task()
        if handler is None or task is None:
            return
        started_ns = now_ns()
        handling = self._handling[worker] = Handling(header, task, started_ns)
        others = 0
        try:
            await self._call(handler, delivery, delivery.received_ns)
        except asyncio.CancelledError:
            if not handling.cut:
                raise
        except Broken as error:
            _log.error("failed message=%s what=%s", message.spec.topic, error.what)
            self._link.tally.add(message.spec.topic, "failed")
        finally:
            del self._handling[worker]
            if handling.cut:
                others = task.uncancel()
        if handling.cut:
            self._link.tally.add(message.spec.topic, "cancelled")
        if others:  # a stop came together with the cut
            raise asyncio.CancelledError
        self._vitals.note(started_ns)

    def _call(self, handler: Handler, delivery: Delivery | None, received_ns: int) -> Coroutine[Any, Any, None]:
        method = getattr(self._actor, handler.method)
        emit = AnyEmit(self._sender.answering(received_ns), delivery.header if delivery else NO_CAUSE)
        arguments: list[object] = [delivery.message] if delivery else []
        if handler.wants_emit:
            arguments.append(emit)
        coroutine: Coroutine[Any, Any, None] = method(*arguments)
        return coroutine
