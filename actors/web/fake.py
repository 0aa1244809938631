"""FakePage: a page that nobody looks at; it writes down what it was shown and gives the wishes it was handed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from actors.web.engine import Wish
from bus.actor import NoSettings
from bus.messages import Message


class FakePage:
    """Page without a port, for scenes in tests."""

    Settings: ClassVar = NoSettings

    def __init__(self, settings: NoSettings | None = None) -> None:
        self.url = "http://127.0.0.1:1/?token=fake"
        self.shown: list[Message] = []
        self.opened = False
        self.coming: asyncio.Queue[Wish] = asyncio.Queue(maxsize=100)

    async def open(self) -> None:
        """Opens at once."""
        self.opened = True

    async def serve(self) -> None:
        """Waits until it is cancelled."""
        await asyncio.Event().wait()

    def trust(self, url: str) -> bool:
        """Takes over any other address."""
        was, self.url = self.url, url or self.url
        return was != self.url

    def show(self, message: Message) -> None:
        """Writes it down."""
        self.shown.append(message)

    async def wishes(self) -> AsyncIterator[Wish]:
        """Gives what was put into `coming`."""
        while True:
            yield await self.coming.get()

    async def close(self) -> None:
        """Closes at once."""
        self.opened = False
