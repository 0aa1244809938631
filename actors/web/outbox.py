"""Outbox: what waits for one page. Bounded: a slow page loses the oldest pictures and sound, and the actor never waits."""

from __future__ import annotations

import asyncio
from collections import deque

from actors.absence import troubles
from actors.web.protocol import PICTURE, SOUND, pack_event, pack_media, pack_troubles
from bus.messages import CallHealth, CameraPicture, HeardSound, Lane, Message

KEEP_PICTURES = 2
KEEP_SOUND = 20
"""400 ms of sound."""
KEEP_EVENTS = 256


class Outbox:
    """Messages of the call, in the order in which the page is to get them: sound, events, then pictures.

    Events of the latest and state lanes replace the one of their topic that still waits; those of the stream lane all go.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._pictures: deque[bytes] = deque(maxlen=KEEP_PICTURES)
        self._sound: deque[bytes] = deque(maxlen=KEEP_SOUND)
        self._events: dict[str | int, str] = {}
        self._count = 0
        self._filled = asyncio.Event()

    def put(self, message: Message) -> None:
        """Takes a message; the oldest of its kind leaves when there is no room."""
        match message:
            case CameraPicture():
                self._put_media(self._pictures, pack_media(PICTURE, message.at_ns, message.payload))
            case HeardSound():
                self._put_media(self._sound, pack_media(SOUND, message.at_ns, message.payload))
            case CallHealth():
                self.put_event(pack_troubles(troubles(message)), "web.troubles")
            case _:
                lasting = message.spec.lane is Lane.STREAM
                self.put_event(pack_event(message), None if lasting else message.topic())

    def put_event(self, event: str, replaces: str | None = None) -> None:
        """Takes a packed event. `replaces`: the name under which it pushes out the one before it."""
        self._count += 1
        key = self._count if replaces is None else replaces
        self._events.pop(key, None)
        self._events[key] = event
        if len(self._events) > KEEP_EVENTS:
            self._events.pop(next(iter(self._events)))
            self.dropped += 1
        self._filled.set()

    def _put_media(self, waiting: deque[bytes], media: bytes) -> None:
        self.dropped += len(waiting) == waiting.maxlen
        waiting.append(media)
        self._filled.set()

    async def take(self) -> bytes | str:
        """The next thing to send; waits for one."""
        while True:
            if self._sound:
                return self._sound.popleft()
            if self._events:
                return self._events.pop(next(iter(self._events)))
            if self._pictures:
                return self._pictures.popleft()
            self._filled.clear()
            await self._filled.wait()
