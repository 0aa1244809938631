"""Engine seam of web: the page that shows the call to people, and brings back what they say and type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from bus.messages import Ask, Message, PageSound, Say

Wish = Ask | Say | PageSound
"""What a person at the page wants of the call."""


class Page(Protocol):
    """Shows messages of the call to whoever looks at it."""

    @property
    def url(self) -> str:
        """Address for people, token included; known once it is open."""
        ...

    async def open(self) -> None:
        """Takes the port. Raises Fatal with what to do when it is taken."""

    async def serve(self) -> None:
        """Lets people in; runs until it is cancelled."""

    def trust(self, url: str) -> bool:
        """Keeps an address good that the process before this one gave out, and makes it `url`. False: it was known."""
        ...

    def show(self, message: Message) -> None:
        """Shows a message to everyone, now and (where it has a lasting meaning) to those who come later. Never waits."""

    def wishes(self) -> AsyncIterator[Wish]:
        """What people typed and said, as it comes; never ends."""
        ...

    async def close(self) -> None:
        """Gives the port back; may be called twice."""
