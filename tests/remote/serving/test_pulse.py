"""Pulse of servers that are well, ill, silent and not there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from remote.serving import pulse
from remote.serving.pulse import ask_health


@contextmanager
def server(status: int) -> Iterator[str]:
    """A server that gives one answer to everything."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/v1/health?deep=1" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}/v1/health?deep=1"
        finally:
            http.shutdown()
            thread.join()


def test_a_server_that_answers_200_is_well() -> None:
    with server(200) as url:
        assert ask_health(url) == ""


@pytest.mark.parametrize("status", [401, 302, 503])
def test_any_other_answer_is_told(status: int) -> None:
    with server(status) as url:
        assert ask_health(url) == f"{url} answers {status}"


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    assert ask_health(url).startswith(f"{url}: ")


def test_a_server_that_is_silent_keeps_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "ASK_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert ask_health(url) == f"{url} gives no answer"


def test_one_that_speaks_another_language_is_not_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def talk() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1_000)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        assert ask_health(f"http://127.0.0.1:{other.getsockname()[1]}/") != ""
        thread.join()
