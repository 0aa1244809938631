"""Scenes of the long way between two hosts, with an echo at its end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bus.clock import MS, now_ns
from remote.lab.relay import Relay


@contextmanager
def echo() -> Iterator[int]:
    """A server that sends back what it gets, to one visitor after the other; gives its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            with visitor:
                try:
                    while data := visitor.recv(65_536):
                        visitor.sendall(data)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(30)


@contextmanager
def way(*, delay_ms: float = 0.0, mbits: float = 0.0) -> Iterator[Relay]:
    with echo() as target:
        relay = Relay(target, delay_ms=delay_ms, mbits=mbits)
        try:
            yield relay
        finally:
            relay.close()


def send(line: socket.socket, data: bytes) -> bytes:
    line.sendall(data)
    got = b""
    while len(got) < len(data) and (more := line.recv(65_536)):
        got += more
    return got


def test_what_goes_there_and_back_takes_twice_the_delay() -> None:
    with way(delay_ms=20) as relay, socket.create_connection(("127.0.0.1", relay.port)) as line:
        begun_ns = now_ns()
        assert send(line, b"hello") == b"hello"
        assert now_ns() - begun_ns >= 40 * MS
        assert relay.carried_bytes == {"there": 5, "back": 5}


def test_more_than_the_rate_takes_its_time() -> None:
    with way(mbits=8) as relay, socket.create_connection(("127.0.0.1", relay.port)) as line:
        begun_ns = now_ns()
        assert len(send(line, bytes(100_000))) == 100_000
        assert now_ns() - begun_ns >= 90 * MS


def test_a_frozen_way_hangs_up_on_nobody_and_delivers_later() -> None:
    with way() as relay, socket.create_connection(("127.0.0.1", relay.port), timeout=0.05) as line:
        assert send(line, b"one") == b"one"
        relay.freeze()
        line.sendall(b"two")
        with pytest.raises(TimeoutError):
            line.recv(10)
        relay.mend()
        line.settimeout(5)
        assert line.recv(10) == b"two"


def test_who_hangs_up_lets_nobody_in_until_it_is_mended() -> None:
    with way() as relay:
        with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as line:
            assert send(line, b"one") == b"one"
            relay.hang_up()
            with pytest.raises((ConnectionError, AssertionError)):
                assert line.recv(10)
        with (
            socket.create_connection(("127.0.0.1", relay.port), timeout=30) as line,
            pytest.raises((ConnectionError, AssertionError)),
        ):
            assert line.recv(10)
        relay.mend()
        with socket.create_connection(("127.0.0.1", relay.port), timeout=30) as line:
            assert send(line, b"two") == b"two"
