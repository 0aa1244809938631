"""Site: the routes of the stage page, its guard, and the uvicorn that serves them inside the actor's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from http import HTTPStatus
from importlib.resources import files
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol

from actors.web.door import Door
from actors.web.protocol import MAX_FRAME_BYTES
from actors.web.visit import House, Visit

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
REQUEST_S = 8.0
"""How long a line may be open without a whole request on it."""
LOCKED = "This page opens with its full address, the one with ?token= in it.\n`avatar status` prints it.\n"


class GuardedHouse(House, Protocol):
    """A house with a door."""

    @property
    def door(self) -> Door:
        """Who may come in."""
        ...


class Site:
    """The page's files (read once, a few kilobytes), and `/live`, where a page meets the call."""

    def __init__(self, house: GuardedHouse) -> None:
        self._house = house
        static = files("actors.web") / "static"
        self._files = {file.name: file.read_bytes() for file in static.iterdir() if _suffix(file.name) in KINDS}
        routes = [
            Route("/", self._page),
            Route("/static/{name}", self._static),
            WebSocketRoute("/live", self._live),
        ]
        self.app = Guard(Starlette(routes=routes), house.door)

    async def serve(self, bound: socket.socket) -> None:
        """Serves on a socket that listens, until it is cancelled; then says goodbye to the pages."""
        server = _Server(
            uvicorn.Config(
                self.app,
                http=HastyH11,
                ws="websockets-sansio",
                ws_max_size=MAX_FRAME_BYTES,
                # JPEG does not get smaller, and sound must not wait.
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                # Its access lines would hold the token.
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        try:
            await server.serve(sockets=[bound])
        except asyncio.CancelledError:
            if server.started:
                await server.shutdown(sockets=[bound])
            raise

    async def _page(self, request: Request) -> Response:
        door = self._house.door
        token = _token(door, request)
        if not door.knows(token):
            return PlainTextResponse(LOCKED, HTTPStatus.FORBIDDEN)
        page = Response(self._files["index.html"], media_type=KINDS[".html"], headers={"cache-control": "no-store"})
        # No redirect: a browser that came from elsewhere would not send a strict cookie with it. The page takes the
        # token out of its address itself.
        page.set_cookie(door.cookie, token, httponly=True, samesite="strict", path="/")
        return page

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            return PlainTextResponse("there is no such file\n", HTTPStatus.NOT_FOUND)
        return Response(self._files[name], media_type=KINDS[_suffix(name)], headers={"cache-control": "no-cache"})

    async def _live(self, websocket: WebSocket) -> None:
        door = self._house.door
        origin, host = websocket.headers.get("origin", ""), websocket.headers.get("host", "")
        if door.origin_is_ours(origin, host) and door.knows(_token(door, websocket)):
            await Visit(websocket, self._house).run()
        else:
            await websocket.close()  # before accept: the browser sees 403


class Guard:
    """Lets only requests to our own host name through, and says in every answer what the page may do."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        live = " ".join(f"ws://{host}" for host in door.hosts)
        self._headers = {
            "content-security-policy": (
                f"default-src 'self'; connect-src 'self' {live}; img-src 'self' blob:; object-src 'none'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "permissions-policy": "microphone=(self), camera=(), geolocation=()",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        if self._door.host_is_ours(HTTPConnection(scope).headers.get("host", "")):
            await self._app(scope, receive, send_with_headers)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close()
        else:
            refusal = PlainTextResponse("this is not the name of this page\n", HTTPStatus.MISDIRECTED_REQUEST)
            await refusal(scope, receive, send_with_headers)


class HastyH11(H11Protocol):
    """HTTP for browsers, not for those who hold a line and send a byte now and then: uvicorn would wait for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A line is open; its request is to be whole soon."""
        super().connection_made(transport)
        self.loop.call_later(REQUEST_S, self._expect_request)

    def _expect_request(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # gone, or a WebSocket by now
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.loop.call_later(REQUEST_S, self._expect_request)


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to the actor's process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def _token(door: Door, request: HTTPConnection) -> str:
    return door.token_from(request.url.query, request.headers.get("cookie", ""))


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
