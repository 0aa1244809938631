"""Inbox of an actor: what arrived and waits, by lane. Filled by the link's thread, emptied by the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from bus.control import AnyWord
from bus.link import Delivery
from bus.tally import Tally

_log = logging.getLogger(__name__)


class Inbox:
    """A `Listener` that wakes the event loop once for a burst of messages, not once for each.

    The stream lane is bounded by the hub's credit; the latest lane by `keep` of each type (oldest dropped, counted);
    control words are few.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.tally = Tally(_log)
        self.streams: deque[Delivery] = deque()
        self.latests: dict[str, deque[Delivery]] = {}
        self.posts: deque[Delivery] = deque()
        self.words: deque[AnyWord] = deque()
        self.arrived = asyncio.Event()
        """A control word or a post came. All events here are cleared by whoever waits on them."""
        self.has_post = asyncio.Event()
        self.has_stream = asyncio.Event()
        self.has_latest = asyncio.Event()
        self.has_room = asyncio.Event()
        self.has_room.set()
        self._loop = loop
        self._woken = False

    # --- the link's thread ----------------------------------------------------------------------------------------

    def stream(self, delivery: Delivery) -> None:
        self.streams.append(delivery)
        self._wake()

    def latest(self, delivery: Delivery) -> None:
        assert delivery.message is not None
        spec = delivery.message.spec
        waiting = self.latests.setdefault(spec.topic, deque())
        if len(waiting) >= spec.keep and spec.lane == "latest":
            waiting.popleft()
            self.tally.add(spec.topic, "overflow")
        waiting.append(delivery)
        self._wake()

    def post(self, delivery: Delivery) -> None:
        self.posts.append(delivery)
        self._wake()

    def word(self, word: AnyWord) -> None:
        self.words.append(word)
        self._wake()

    def room(self) -> None:
        self._loop.call_soon_threadsafe(self.has_room.set)

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            try:
                self._loop.call_soon_threadsafe(self._tell)
            except RuntimeError:
                self._woken = False  # the loop has ended: nobody is left to tell

    # --- the event loop -------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        self._woken = False
        if self.words or self.posts:
            self.arrived.set()
        if self.posts:
            self.has_post.set()
        if self.streams:
            self.has_stream.set()
        if self.latests:
            self.has_latest.set()

    def next_latest(self) -> Delivery | None:
        """One waiting message of the latest or state lane; topics take turns."""
        for topic in list(self.latests):
            waiting = self.latests[topic]
            if waiting:
                delivery = waiting.popleft()
                self.latests[topic] = self.latests.pop(topic)
                return delivery
        return None
