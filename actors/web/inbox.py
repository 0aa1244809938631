"""Inbox: what came from the pages and waits for the call. Bounded: old sound leaves, and too many texts are refused."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from actors.web.engine import Wish
from bus.messages import Ask, PageSound, Say

KEEP_SOUND = 62
"""Two seconds in pieces of 32 ms: sound older than that is of no use to anyone (PageSound's ttl)."""
KEEP_TEXTS = 8


class Inbox:
    """Wishes in order; texts go before sound."""

    def __init__(self) -> None:
        self.dropped = 0
        self._sound: deque[PageSound] = deque(maxlen=KEEP_SOUND)
        self._texts: deque[Ask | Say] = deque()
        self._filled = asyncio.Event()

    def put_sound(self, sound: PageSound) -> None:
        """Takes a piece of the microphone; the oldest leaves when the call is behind."""
        self.dropped += len(self._sound) == self._sound.maxlen
        self._sound.append(sound)
        self._filled.set()

    def put_text(self, text: Ask | Say) -> bool:
        """Takes a text. False: too many wait already."""
        if len(self._texts) >= KEEP_TEXTS:
            return False
        self._texts.append(text)
        self._filled.set()
        return True

    async def wishes(self) -> AsyncIterator[Wish]:
        """Gives everything that comes, for ever."""
        while True:
            while self._texts or self._sound:
                yield self._texts.popleft() if self._texts else self._sound.popleft()
            self._filled.clear()
            await self._filled.wait()
