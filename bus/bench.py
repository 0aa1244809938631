"""Benchmark of the bus: what a hop through the hub costs beside a direct ZeroMQ connection, in the same run.

Three processes, as in a call: one sends, one receives, the hub is between them. The sender alternates between the direct
PUB/SUB pair and the hub, so that both meet the same noise of the machine. The direct way is plain pyzmq and msgpack: the
same envelope in the same three frames, packed and unpacked, with no hub, no log and no encryption. Times run from before
the envelope is packed to after it is unpacked at the other side.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import statistics
import threading
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from typing import Any, ClassVar, Literal

import msgpack
import msgspec
import psutil
import zmq

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.control import AnyWord, Bye, Hello
from bus.envelope import NO_CAUSE
from bus.hub import Hub
from bus.link import Delivery, Link
from bus.messages.message import Lane, Message, Spec
from bus.sender import Sender
from bus.socket import SessionKeys

BenchLane = Literal["stream", "latest"]


class StreamProbe(Message, frozen=True, kw_only=True):
    """A message of the stream lane that says when it was made."""

    spec: ClassVar = Spec("bench.stream", Lane.STREAM)
    made_ns: int


class LatestProbe(Message, frozen=True, kw_only=True):
    """A message of the latest lane that says when it was made."""

    spec: ClassVar = Spec("bench.latest", Lane.LATEST, keep=1_000_000)
    made_ns: int


Probe = StreamProbe | LatestProbe


class Latency(msgspec.Struct, frozen=True):
    """One-way delays in microseconds."""

    direct_p50_us: float
    hub_p50_us: float
    direct_p99_us: float
    hub_p99_us: float
    hub_cpu_percent: float

    @property
    def ratio(self) -> float:
        """Median through the hub, relative to the direct connection."""
        return self.hub_p50_us / self.direct_p50_us


class Throughput(msgspec.Struct, frozen=True):
    """Sustained rates in messages a second."""

    direct_hz: float
    hub_hz: float
    sent: int
    received: int
    in_order: bool


class _Ears:
    """Listener that hands deliveries to a function in the link's thread."""

    def __init__(self, hear: Callable[[Delivery], None]) -> None:
        self.stream = self.latest = self.post = hear

    def word(self, word: AnyWord) -> None:
        pass

    def room(self) -> None:
        pass


def _hub_process(keys: SessionKeys, told: SimpleQueue[int]) -> None:
    hub = Hub(keys)
    told.put(hub.ports.control)
    hub.serve()


def _link(keys: SessionKeys, port: int, name: str, kind: type[Probe], hear: Callable[[Delivery], None]) -> Link:
    takes, gives = ((kind.spec.topic,), ()) if name == "ear" else ((), (kind.spec.topic,))
    stream = kind.spec.lane is Lane.STREAM
    hello = Hello(
        name, 1, "client", os.getpid(), takes if stream else (), gives, watches=() if stream else takes, active=True
    )
    link = Link(keys, port, hello, {kind.spec.topic: kind}, _Ears(hear))
    link.open()
    if not link.welcomed.wait(10):
        raise TimeoutError("the hub did not answer")
    return link


class _Receiver:
    """The process at the end of both ways. Tells its direct port, then the delays (ns), and whether order was kept."""

    def __init__(self, keys: SessionKeys, port: int, lane: BenchLane, count: int) -> None:
        self._count = count
        self._stream = lane == "stream"
        self._made: list[int] = []
        self._hub_delays: list[int] = []
        self._hub_span = [0, 0]
        self._direct_delays: list[int] = []
        self._direct_span = [0, 0]
        self._ended = threading.Event()
        self._link = _link(keys, port, "ear", StreamProbe if self._stream else LatestProbe, self._hear)
        self._context = zmq.Context()
        self._direct = self._context.socket(zmq.SUB)
        self._direct.set_hwm(0)
        self._direct.subscribe(b"")

    @classmethod
    def run(cls, keys: SessionKeys, port: int, lane: BenchLane, count: int, told: SimpleQueue[Any]) -> None:
        """The whole process."""
        self = cls(keys, port, lane, count)
        told.put(self._direct.bind_to_random_port("tcp://127.0.0.1"))
        self._listen()
        in_order = self._made == sorted(self._made)
        told.put((self._direct_delays, self._hub_delays, in_order, self._direct_span, self._hub_span))
        self._link.close(Bye())
        self._context.destroy(0)

    def _hear(self, delivery: Delivery) -> None:
        message = delivery.message
        assert isinstance(message, StreamProbe | LatestProbe)
        at = now_ns()
        self._hub_delays.append(at - message.made_ns)
        self._made.append(message.made_ns)
        self._hub_span = [self._hub_span[0] or at, at]
        heard = len(self._hub_delays)
        if self._stream and (heard % 64 == 0 or heard >= self._count):
            self._link.done(delivery.header.id)
        if heard >= self._count:
            self._ended.set()

    def _listen(self) -> None:
        silent_since = now_ns()
        while not (self._ended.is_set() and len(self._direct_delays) >= self._count):
            if self._direct.poll(50):
                made = msgpack.unpackb(self._direct.recv_multipart()[1])["body"]["made_ns"]
                silent_since = now_ns()
                self._direct_delays.append(silent_since - made)
                self._direct_span = [self._direct_span[0] or silent_since, silent_since]
            elif now_ns() - max(silent_since, self._hub_span[1]) > 5 * SECOND:
                return


class _Sender:
    """The process at the beginning of both ways."""

    def __init__(self, keys: SessionKeys, port: int, direct_port: int, lane: BenchLane, size: int) -> None:
        self._kind = StreamProbe if lane == "stream" else LatestProbe
        self._payload = os.urandom(size)
        self._link = _link(keys, port, "mouth", self._kind, lambda _: None)
        self._sender = Sender(self._link, None, "mouth", 1, "local")
        self._context = zmq.Context()
        self._direct = self._context.socket(zmq.PUB)
        self._direct.set_hwm(0)
        self._direct.connect(f"tcp://127.0.0.1:{direct_port}")
        self._numbers = itertools.count(1)

    @classmethod
    def run(cls, keys: SessionKeys, port: int, direct_port: int, plan: tuple[BenchLane, int, float, int]) -> None:
        """The whole process. At 0 Hz: as fast as it goes, first directly, then through the hub."""
        lane, size, rate_hz, count = plan
        self = cls(keys, port, direct_port, lane, size)
        sleep_ms(500)  # subscriptions travel in the background
        if rate_hz:
            self._in_turn(rate_hz, count)
        else:
            self._at_full_speed(count)
        while self._link.unsettled:
            sleep_ms(5)
        sleep_ms(300)
        self._link.close(Bye())
        self._context.destroy(1000)

    def _in_turn(self, rate_hz: float, count: int) -> None:
        due = now_ns()
        for _ in range(count):
            for send in (self._by_wire, self._by_hub):
                due += int(SECOND / rate_hz / 2)
                sleep_ms(max(0.0, (due - now_ns()) / MS))
                send()

    def _at_full_speed(self, count: int) -> None:
        for _ in range(count):
            self._by_wire()
        sleep_ms(1500)
        for _ in range(count):
            while not self._link.has_room:
                sleep_ms(0.2)
            self._by_hub()

    def _by_hub(self) -> None:
        self._sender.send_now(self._kind(made_ns=now_ns(), payload=self._payload), NO_CAUSE)

    def _by_wire(self) -> None:
        made_ns, number = now_ns(), next(self._numbers)
        header = {
            "v": 1, "id": number, "source": "mouth", "epoch": 1, "seq": number, "t0": made_ns, "t": made_ns,
            "host": "local", "body": {"made_ns": made_ns},
        }  # fmt: skip
        self._direct.send_multipart([self._kind.spec.topic.encode() + b"\0", msgpack.packb(header), self._payload])


def _measure(lane: BenchLane, size: int, rate_hz: float, count: int) -> tuple[Any, float]:
    spawn = multiprocessing.get_context("spawn")
    keys = SessionKeys.make()
    ports: SimpleQueue[int] = spawn.SimpleQueue()
    told: SimpleQueue[Any] = spawn.SimpleQueue()
    hub = spawn.Process(target=_hub_process, args=(keys, ports), daemon=True)
    hub.start()
    port = ports.get()
    receiver = spawn.Process(target=_Receiver.run, args=(keys, port, lane, count, told), daemon=True)
    receiver.start()
    direct_port = told.get()
    before = psutil.Process(hub.pid).cpu_times()
    started = now_ns()
    sender = spawn.Process(
        target=_Sender.run, args=(keys, port, direct_port, (lane, size, rate_hz, count)), daemon=True
    )
    sender.start()
    result = told.get()
    after = psutil.Process(hub.pid).cpu_times()
    busy_s = after.user + after.system - before.user - before.system
    percent = 100 * busy_s * SECOND / (now_ns() - started)
    sender.join(10)
    receiver.join(10)
    for process in (hub, receiver, sender):
        process.terminate()
        process.join()
    return result, percent


def measure_latency(lane: BenchLane, size: int, rate_hz: float, count: int) -> Latency:
    """One-way delay of `count` messages of `size` bytes, direct and through the hub, alternating."""
    (direct, hub, _, _, _), percent = _measure(lane, size, rate_hz, count)

    def rank(delays: list[int], share: float) -> float:
        return sorted(delays)[int(share * (len(delays) - 1))] / 1e3

    return Latency(
        statistics.median(direct) / 1e3, statistics.median(hub) / 1e3, rank(direct, 0.99), rank(hub, 0.99), percent
    )


def measure_throughput(size: int, count: int) -> Throughput:
    """Messages a second of the stream lane at full speed, nothing lost, beside a direct PUB/SUB pair."""
    (direct, hub, in_order, direct_span, span), _ = _measure("stream", size, 0, count)

    def rate(n: int, between: list[int]) -> float:
        return n * SECOND / max(1, between[1] - between[0])

    return Throughput(rate(len(direct), direct_span), rate(len(hub), span), count, len(hub), in_order)
