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


class _Room:
    """Stands for an inbox: waits for room by sleeping a little."""

    class has_room:
        """Never blocks an event loop: the benchmark has none."""

        @staticmethod
        def clear() -> None:
            sleep_ms(0.2)

        @staticmethod
        async def wait() -> None:
            sleep_ms(0.2)


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


def _receiver(keys: SessionKeys, port: int, lane: BenchLane, count: int, told: SimpleQueue[Any]) -> None:
    """Tells its direct port, then the delays of both ways (ns) and whether order was kept."""
    kind = StreamProbe if lane == "stream" else LatestProbe
    hub_delays: list[int] = []
    order: list[int] = []
    ended = threading.Event()
    span = [0, 0]

    def hear(delivery: Delivery) -> None:
        message = delivery.message
        assert isinstance(message, StreamProbe | LatestProbe)
        hub_delays.append(now_ns() - message.made_ns)
        order.append(message.made_ns)
        span[0] = span[0] or now_ns()
        span[1] = now_ns()
        if lane == "stream" and (len(hub_delays) % 64 == 0 or len(hub_delays) >= count):
            link.done(delivery.header.id)
        if len(hub_delays) >= count:
            ended.set()

    link = _link(keys, port, "ear", kind, hear)
    context = zmq.Context()
    direct = context.socket(zmq.SUB)
    direct.set_hwm(0)
    direct.subscribe(b"")
    told.put(direct.bind_to_random_port("tcp://127.0.0.1"))
    direct_delays: list[int] = []
    direct_span = [0, 0]
    silent_since = now_ns()
    while not (ended.is_set() and len(direct_delays) >= count) and now_ns() - silent_since < 5 * SECOND:
        if direct.poll(50):
            frames = direct.recv_multipart()
            made = msgpack.unpackb(frames[1])["body"]["made_ns"]
            direct_delays.append(now_ns() - made)
            direct_span = [direct_span[0] or now_ns(), now_ns()]
            silent_since = now_ns()
        elif not ended.is_set() and span[1]:
            silent_since = max(silent_since, span[1])
    told.put((direct_delays, hub_delays, order == sorted(order), direct_span, span))
    link.close(Bye())
    context.destroy(0)


def _sender(keys: SessionKeys, port: int, direct_port: int, plan: tuple[BenchLane, int, float, int, bool]) -> None:
    lane, size, rate_hz, count, together = plan
    kind = StreamProbe if lane == "stream" else LatestProbe
    link = _link(keys, port, "mouth", kind, lambda _: None)
    sender = Sender(link, _Room(), "mouth", 1, "local")  # type: ignore[arg-type]
    context = zmq.Context()
    direct = context.socket(zmq.PUB)
    direct.set_hwm(0)
    direct.connect(f"tcp://127.0.0.1:{direct_port}")
    sleep_ms(500)  # subscriptions travel in the background
    payload = os.urandom(size)

    def by_hub() -> None:
        message = kind(made_ns=now_ns(), payload=payload)
        coroutine = sender.send(message, NO_CAUSE, 0, 0, turn=None, gen=None, t0=None)
        try:
            while True:
                coroutine.send(None)
        except StopIteration:
            pass

    topic = kind.spec.topic.encode() + b"\0"
    numbers = itertools.count(1)

    def by_wire() -> None:
        made_ns = now_ns()
        number = next(numbers)
        header = {
            "v": 1, "id": number, "source": "mouth", "epoch": 1, "seq": number, "t0": made_ns, "t": made_ns,
            "host": "local", "body": {"made_ns": made_ns},
        }  # fmt: skip
        direct.send_multipart([topic, msgpack.packb(header), payload])

    if together:
        due = now_ns()
        for _ in range(count):
            for send in (by_wire, by_hub):
                due += int(SECOND / rate_hz / 2)
                sleep_ms(max(0.0, (due - now_ns()) / MS))
                send()
    else:
        for _ in range(count):
            by_wire()
        sleep_ms(1500)
        for _ in range(count):
            by_hub()
    while link.unsettled:
        sleep_ms(5)
    sleep_ms(300)
    link.close(Bye())
    context.destroy(1000)


def _measure(lane: BenchLane, size: int, rate_hz: float, count: int, *, together: bool) -> tuple[Any, float]:
    spawn = multiprocessing.get_context("spawn")
    keys = SessionKeys.make()
    ports: SimpleQueue[int] = spawn.SimpleQueue()
    told: SimpleQueue[Any] = spawn.SimpleQueue()
    hub = spawn.Process(target=_hub_process, args=(keys, ports), daemon=True)
    hub.start()
    port = ports.get()
    receiver = spawn.Process(target=_receiver, args=(keys, port, lane, count, told), daemon=True)
    receiver.start()
    direct_port = told.get()
    before = psutil.Process(hub.pid).cpu_times()
    started = now_ns()
    sender = spawn.Process(
        target=_sender, args=(keys, port, direct_port, (lane, size, rate_hz, count, together)), daemon=True
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
    (direct, hub, _, _, _), percent = _measure(lane, size, rate_hz, count, together=True)

    def rank(delays: list[int], share: float) -> float:
        return sorted(delays)[int(share * (len(delays) - 1))] / 1e3

    return Latency(
        statistics.median(direct) / 1e3, statistics.median(hub) / 1e3, rank(direct, 0.99), rank(hub, 0.99), percent
    )


def measure_throughput(size: int, count: int) -> Throughput:
    """Messages a second of the stream lane at full speed, nothing lost, beside a direct PUB/SUB pair."""
    (direct, hub, in_order, direct_span, span), _ = _measure("stream", size, 0, count, together=False)

    def rate(n: int, between: list[int]) -> float:
        return n * SECOND / max(1, between[1] - between[0])

    return Throughput(rate(len(direct), direct_span), rate(len(hub), span), count, len(hub), in_order)
