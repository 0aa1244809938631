"""Floor of a hop: what libzmq's own forwarder, written in C, costs beside a direct connection on this machine.

It encrypts as the hub does and does nothing else: no log, no fence, no counting. A hub can come near it, not below.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
from multiprocessing.queues import SimpleQueue
from typing import Any

import msgspec
import zmq

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.socket import SessionKeys

FRAMES = (b"bench.floor\0", bytes(120))
"""Topic, and a header as long as ours."""


class Floor(msgspec.Struct, frozen=True):
    """Median one-way delays in microseconds."""

    direct_p50_us: float
    forwarder_p50_us: float

    @property
    def ratio(self) -> float:
        """Through the forwarder, relative to the direct connection."""
        return self.forwarder_p50_us / self.direct_p50_us


def _forwarder(keys: SessionKeys, told: SimpleQueue[Any]) -> None:
    context = zmq.Context()
    ends = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    for end in ends:
        end.curve_server = True
        end.curve_secretkey, end.curve_publickey = keys.hub_secret.encode(), keys.hub_public.encode()
    told.put(tuple(end.bind_to_random_port("tcp://127.0.0.1") for end in ends))
    zmq.proxy(*ends)


def _client(context: zmq.Context[zmq.Socket[bytes]], kind: int, keys: SessionKeys, port: int) -> zmq.Socket[bytes]:
    socket = context.socket(kind)
    socket.curve_serverkey = keys.hub_public.encode()
    socket.curve_publickey, socket.curve_secretkey = keys.peer_public.encode(), keys.peer_secret.encode()
    socket.connect(f"tcp://127.0.0.1:{port}")
    return socket


def _receiver(keys: SessionKeys, port: int, count: int, told: SimpleQueue[Any]) -> None:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    direct = context.socket(zmq.SUB)
    direct.subscribe(b"")
    told.put(direct.bind_to_random_port("tcp://127.0.0.1"))
    forwarded = _client(context, zmq.PULL, keys, port)
    delays: dict[object, list[int]] = {direct: [], forwarded: []}
    poller = zmq.Poller()
    for socket in delays:
        poller.register(socket, zmq.POLLIN)
    while min(map(len, delays.values())) < count and (ready := poller.poll(5_000)):
        for socket, _ in ready:
            made_ns = int.from_bytes(socket.recv_multipart()[2][:8], "big")
            delays[socket].append(now_ns() - made_ns)
    told.put((delays[direct], delays[forwarded]))
    context.destroy(0)


def measure_floor(size: int, rate_hz: float, count: int) -> Floor:
    """One-way delay of `count` messages of `size` bytes, direct (without encryption) and through the forwarder, in turn."""
    spawn = multiprocessing.get_context("spawn")
    keys = SessionKeys.make()
    told: SimpleQueue[Any] = spawn.SimpleQueue()
    forwarder = spawn.Process(target=_forwarder, args=(keys, told), daemon=True)
    forwarder.start()
    port_in, port_out = told.get()
    receiver = spawn.Process(target=_receiver, args=(keys, port_out, count, told), daemon=True)
    receiver.start()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    direct = context.socket(zmq.PUB)
    direct.connect(f"tcp://127.0.0.1:{told.get()}")
    forwarded = _client(context, zmq.PUSH, keys, port_in)
    sleep_ms(500)  # subscriptions travel in the background
    rest = os.urandom(size - 8)
    due = now_ns()
    for _ in range(count):
        for socket in (direct, forwarded):
            due += int(SECOND / rate_hz / 2)
            sleep_ms(max(0.0, (due - now_ns()) / MS))
            socket.send_multipart([*FRAMES, now_ns().to_bytes(8, "big") + rest])
    straight, around = told.get()
    for process in (receiver, forwarder):
        process.terminate()
        process.join()
    context.destroy(0)
    return Floor(statistics.median(straight) / 1e3, statistics.median(around) / 1e3)
