"""Inbox of an actor: what arrived and waits, by lane. Filled by the link's thread, emptied by the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable

from bus.arrivals import Delivery
from bus.control import AnyWord
from bus.messages.message import Lane
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
        self._latests: dict[str, deque[Delivery]] = {}
        self._topics: deque[str] = deque()
        """Topics of the latest and state lanes, the one whose turn it is first."""
        self._lock = threading.Lock()
        """Guards both: the threads take from the same ends."""
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
        """A slow consumer loses the oldest of a topic; of a state it needs the last value only."""
        assert delivery.message is not None
        spec = delivery.message.spec
        keep = 1 if spec.lane is Lane.STATE else spec.keep
        with self._lock:
            waiting = self._latests.get(spec.topic)
            if waiting is None:
                waiting = self._latests[spec.topic] = deque()
                self._topics.append(spec.topic)
            overflows = len(waiting) >= keep
            if overflows:
                waiting.popleft()
            waiting.append(delivery)
        if overflows:
            self.tally.add(spec.topic, "superseded" if spec.lane is Lane.STATE else "overflow")
        self._wake()

    def post(self, delivery: Delivery) -> None:
        self.posts.append(delivery)
        self._wake()

    def word(self, word: AnyWord) -> None:
        self.words.append(word)
        self._wake()

    def room(self) -> None:
        self._call(self.has_room.set)

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._call(self._tell)

    def _call(self, told: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(told)
        except RuntimeError:
            _log.debug("the loop has ended: nobody is left to tell")

    # --- the event loop -------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        self._woken = False
        if self.words or self.posts:
            self.arrived.set()
        if self.posts:
            self.has_post.set()
        if self.streams:
            self.has_stream.set()
        if self._latests:
            self.has_latest.set()

    def next_latest(self) -> Delivery | None:
        """One waiting message of the latest or state lane; topics take turns."""
        with self._lock:
            for _ in range(len(self._topics)):
                topic = self._topics[0]
                self._topics.rotate(-1)
                waiting = self._latests[topic]
                if waiting:
                    return waiting.popleft()
        return None
