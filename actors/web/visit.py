"""Visit: one connected page. It reads the page's wishes and writes what the call shows."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from actors.unspeakable import has_words
from actors.web.capture_clock import CaptureClock
from actors.web.inbox import Inbox
from actors.web.outbox import Outbox
from actors.web.protocol import (
    MAX_SOUND_BYTES,
    MAX_TEXT,
    AskWish,
    MicrophoneWish,
    SayWish,
    pack_microphone,
    pack_refusal,
    unpack_wish,
)
from bus.clock import now_ns
from bus.codec import UNREADABLE
from bus.messages import Ask, PageSound, Say

TOO_BIG = 1009
TRY_LATER = 1013


class House(Protocol):
    """What a visit needs of the page server."""

    inbox: Inbox

    def enter(self, visit: Visit) -> bool:
        """Lets it in, unless there are too many."""
        ...

    def leave(self, visit: Visit) -> None:
        """It went away."""

    def give_microphone(self, visit: Visit, on: bool) -> None:
        """It wants to be heard, or not any more."""

    def has_microphone(self, visit: Visit) -> bool:
        """Whether it is heard."""
        ...


class Visit:
    """A page from its first message to its last."""

    def __init__(self, socket: WebSocket, house: House) -> None:
        self.outbox = Outbox()
        self._socket = socket
        self._house = house
        self._clock = CaptureClock()

    async def run(self) -> None:
        """Talks with the page until it goes."""
        await self._socket.accept()
        if not self._house.enter(self):
            await self._socket.close(TRY_LATER, "too many pages are open")
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._write())
                goodbye = await self._read()
                writing.cancel()
            if goodbye:
                await self._socket.close(TOO_BIG, goodbye)
        finally:
            self._house.leave(self)

    def tell_microphone(self, yours: bool) -> None:
        """Tells the page whether it is heard."""
        self.outbox.put_event(pack_microphone(yours), "web.microphone")

    async def _write(self) -> None:
        try:
            while True:
                item = await self.outbox.take()
                await (self._socket.send_text(item) if isinstance(item, str) else self._socket.send_bytes(item))
        except WebSocketDisconnect:
            return  # the reader hears of it too, and ends the visit

    async def _read(self) -> str:
        """Reads until the page goes; gives the reason if it is to go."""
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return ""
            if (sound := event.get("bytes")) is None:
                self._hear_text(event["text"])
            elif len(sound) > MAX_SOUND_BYTES or len(sound) % 2:
                return "a piece of the microphone is at most 8 KiB of s16le"
            elif self._house.has_microphone(self) and sound:
                at_ns = self._clock.stamp(len(sound) // 2, now_ns())
                self._house.inbox.put_sound(PageSound(at_ns=at_ns, payload=sound))

    def _hear_text(self, text: str) -> None:
        try:
            wish = unpack_wish(text)
        except UNREADABLE:
            self._refuse("This page and the call do not understand each other: reload the page.")
            return
        match wish:
            case MicrophoneWish(on=on):
                self._house.give_microphone(self, on)
            case AskWish(text=words) | SayWish(text=words):
                self._take(words.strip(), Say if isinstance(wish, SayWish) else Ask)

    def _take(self, words: str, kind: type[Ask | Say]) -> None:
        if not words:
            self._refuse("There was nothing in it.")
        elif kind is Say and not has_words(words):
            self._refuse("There is nothing in it that a voice can say.")
        elif len(words) > MAX_TEXT:
            self._refuse(f"That is {len(words):,} characters; {MAX_TEXT:,} is the most at once.")
        elif not self._house.inbox.put_text(kind(text=words)):
            self._refuse("The call is still busy with what was asked before: try again in a moment.")

    def _refuse(self, what: str) -> None:
        self.outbox.put_event(pack_refusal(what))
