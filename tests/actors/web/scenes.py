"""Scenes with a real page server on a free port: a visitor with a WebSocket, and one with plain HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from actors.web.actor import Web
from actors.web.server import PageServer, PageSettings
from bus.rehearsal import Rehearsal

TOKEN = "a-token-of-a-test-0123456789"


class Event(msgspec.Struct):
    """A text message of the actor, as a page reads it."""

    topic: str
    body: dict[str, object]


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def page(**settings: object) -> AsyncIterator[tuple[Rehearsal, PageServer]]:
    """The web actor, rehearsed, with its page open on any free port."""
    server = PageServer(msgspec.convert({"port": 0, "token": TOKEN, **settings}, PageSettings))
    async with Rehearsal(Web(server)) as scene:
        yield scene, server


def visit(server: PageServer, token: str = TOKEN, origin: str | None = None, host: str = "127.0.0.1") -> connect:
    """A page's WebSocket, to be used as `async with`."""
    port = server.door.port
    return connect(
        f"ws://{host}:{port}/live?token={token}",
        host="127.0.0.1",
        additional_headers={"Origin": origin or f"http://{host}:{port}"},
        user_agent_header=None,
        compression=None,
        max_size=None,
        proxy=None,
    )


async def event(visitor: ClientConnection, topic: str) -> Event:
    """The next event of a topic; others are passed over."""
    async with asyncio.timeout(30):
        async for item in visitor:
            if isinstance(item, str) and (found := msgspec.json.decode(item, type=Event)).topic == topic:
                return found
    raise AssertionError(f"the page was closed before {topic} came")


async def get(server: PageServer, path: str, **headers: str) -> Answer:
    """One GET to the page's port."""

    def ask() -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", server.door.port, timeout=30)
        try:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()})
        finally:
            line.close()

    return await asyncio.to_thread(ask)


async def until(condition: Callable[[], bool]) -> None:
    """Waits for real sockets to bring about a condition. Raises TimeoutError after 5 s."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nothing here signals what came over a real socket
            await asyncio.sleep(0.005)
