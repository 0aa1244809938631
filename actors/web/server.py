"""PageServer: the stage page on a port of 127.0.0.1, for every browser of this machine that knows its token."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import sys
import webbrowser
from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from actors.web.door import Door
from actors.web.engine import Wish
from actors.web.inbox import Inbox
from bus.clock import SECOND, now_ns, sleep_until
from bus.errors import Fatal
from bus.messages import CameraPicture, HeardSound, Lane, Level, Message, TurnTimeline, UserSaid

if TYPE_CHECKING:
    from actors.web.visit import Visit

_log = logging.getLogger(__name__)

MAX_PAGES = 8
KEEP_TURNS = 30
"""Turns whose timeline a page that comes later still gets."""
SEND_BUFFER = 262_144
"""Bytes the system holds for one page: no more than a fifth of a second of pictures grows old there."""
SETTLE_NS = 5 * SECOND // 2
"""Pages that were open before a restart are back within this time: then no second one is opened."""


class PageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the stage page."""

    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8440
    """Port on 127.0.0.1; 0: any free one."""
    open_browser: bool = False
    """Opens the page in the person's browser when nobody looks at it yet."""
    token: Annotated[str, msgspec.Meta(pattern="^([A-Za-z0-9_-]{16,128})?$")] = ""
    """Secret that lets a browser in; empty: a new random one in each session."""


class PageServer:
    """Shows the call to up to 8 pages, and keeps for those who come later what they must know."""

    Settings: ClassVar = PageSettings

    def __init__(self, settings: PageSettings) -> None:
        self.settings = settings
        self.inbox = Inbox()
        self.visits: list[Visit] = []
        self._speaker: Visit | None = None
        self._lasting: dict[str, Message] = {}
        self._timelines: deque[Message] = deque(maxlen=KEEP_TURNS)
        self._socket: socket.socket | None = None
        self._door: Door | None = None

    @property
    def door(self) -> Door:
        """Who may come in. Only after `open`."""
        assert self._door is not None, "the page is not open yet"
        return self._door

    @property
    def url(self) -> str:
        """Address with the token."""
        return self.door.url

    async def open(self) -> None:
        """Binds the port. Raises Fatal when it is taken."""
        self._socket = _bind(self.settings.port)
        port = self._socket.getsockname()[1]
        self._door = Door(port, self.settings.token or secrets.token_urlsafe(24))
        _log.info("page open port=%d", port)

    async def serve(self) -> None:
        """Serves the page until it is cancelled."""
        from actors.web.site import Site  # Starlette and uvicorn take 0.3 s to import

        assert self._socket is not None
        site = Site(self)
        async with asyncio.TaskGroup() as tasks:
            if self.settings.open_browser:
                tasks.create_task(self._open_browser())
            await site.serve(self._socket)

    async def _open_browser(self) -> None:
        await sleep_until(now_ns() + SETTLE_NS)
        if not self.visits:
            await asyncio.to_thread(webbrowser.open, self.url)

    def trust(self, url: str) -> bool:
        """Keeps the token of an earlier address good. False: it was known."""
        return self.door.trust(url)

    def show(self, message: Message) -> None:
        """Hands the message to every page's outbox, and keeps it if it is to last."""
        match message:
            case TurnTimeline():
                self._timelines.append(message)
            case HeardSound() | Level():
                pass
            case _ if message.spec.lane is Lane.STATE or isinstance(message, CameraPicture | UserSaid):
                self._lasting[message.topic()] = message
        for visit in self.visits:
            visit.outbox.put(message)

    def enter(self, visit: Visit) -> bool:
        """Lets a page in and tells it what it must know. False: there are too many."""
        if len(self.visits) >= MAX_PAGES:
            return False
        for message in (*self._lasting.values(), *self._timelines):
            visit.outbox.put(message)
        self.visits.append(visit)
        _log.info("page entered pages=%d", len(self.visits))
        return True

    def leave(self, visit: Visit) -> None:
        """A page went away."""
        self.visits.remove(visit)
        if self._speaker is visit:
            self._speaker = None
        _log.info("page left pages=%d dropped=%d", len(self.visits), visit.outbox.dropped)

    def give_microphone(self, visit: Visit, on: bool) -> None:
        """The call hears one page: the last one that asked for it."""
        was = self._speaker
        if on:
            self._speaker = visit
        elif was is visit:
            self._speaker = None
        for page in {was, visit} - {None}:
            assert page is not None
            page.tell_microphone(page is self._speaker)

    def has_microphone(self, visit: Visit) -> bool:
        """Whether the call hears this page."""
        return self._speaker is visit

    def wishes(self) -> AsyncIterator[Wish]:
        """What people typed and said."""
        return self.inbox.wishes()

    async def close(self) -> None:
        """Gives the port back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform == "win32":
        # SO_REUSEADDR would let two programs have the same port there.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    try:
        bound.bind(("127.0.0.1", port))
        # Listening from here on: a browser that comes before `serve` waits instead of being refused.
        bound.listen(64)
    except OSError as error:
        bound.close()
        todo = f"free it, or set another one: [actors.web.settings] port = {port + 1 if port < 65_535 else 8441}"
        if isinstance(error, PermissionError):
            raise Fatal(f"port {port} may not be used by this user", todo) from error
        raise Fatal(f"port {port} is already in use", todo) from error
    bound.setblocking(False)
    return bound
