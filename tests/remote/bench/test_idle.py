"""Scenes of an idle call's figures."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from websockets.sync.server import ServerConnection, serve

from bus.errors import Gone
from remote.bench.idle import idle_figures, page


def test_all_processes_together_come_first_then_the_dearest() -> None:
    figures = idle_figures("nobody connected", {"vad": 10.0, "cam-out": 45.0, "hub": 6.0})
    assert [(f.name.strip(), f.value, f.verdict) for f in figures] == [
        ("all processes, nobody connected", 61.0, "miss"),
        ("cam-out", 45.0, ""),
        ("vad", 10.0, ""),
        ("hub", 6.0, ""),
    ]


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """A server that sends without end; the address of its page, and who came."""
    came: list[str] = []

    def welcome(socket: ServerConnection) -> None:
        assert socket.request is not None
        came.append(f"{socket.request.path} from {socket.request.headers['Origin']}")
        for _ in range(50):
            socket.send(b"picture" * 1_000)

    with serve(welcome, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        yield f"http://127.0.0.1:{port}/?token=secret", came
        server.shutdown()
        thread.join()


def test_a_page_comes_with_its_token_and_from_its_own_origin(visits: tuple[str, list[str]]) -> None:
    url, came = visits
    with page(url):
        pass
    assert came == [f"/live?token=secret from {url.partition('/?')[0]}"]


def test_a_page_that_is_not_there_is_told() -> None:
    with pytest.raises(Gone, match="does not answer"), page("http://127.0.0.1:9/?token=x"):
        pass
