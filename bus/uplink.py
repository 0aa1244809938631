"""Uplink of a process: what it says to its hub. Used by whoever sends, from any thread, under one lock.

That saves a wake-up of 30-50 microseconds for each message, and a lock is the fence that ZeroMQ asks for when a socket
changes threads.
"""

from __future__ import annotations

import threading
from collections import deque

from bus.clock import MS, SECOND, now_ns
from bus.control import Done, Handled, Post, Welcome, Word, encode_word
from bus.outbox import Outbox
from bus.socket import Network, Socket
from bus.tally import Tally

STATES_NS = SECOND
FRESH_NS = SECOND
FRESH_STATES_NS = 100 * MS
"""How often states are repeated: a fresh PUB drops what it sends before the hub's subscriptions have come."""


POSTS_NS = 3 * SECOND
POSTS = 32
"""What was said to all of late is said to a new hub again: the one before may have died with it half told, and a voice that
was to be held, to go on or to be cut would not know. Who heard it knows it by its time."""


class Uplink:
    """Sends control words at once, streams and states again to a new hub."""

    def __init__(self, network: Network, control_port: int, identity: bytes, tally: Tally) -> None:
        self._network = network
        self._tally = tally
        self._identity = identity
        self._pledge: bytes | None = None
        self._lock = threading.Lock()
        self._say = network.socket("dealer", identity)
        self._say.connect(control_port)
        self._push: Socket | None = None
        self._pub: Socket | None = None
        self._outbox = Outbox()
        self._posts: deque[tuple[int, list[bytes]]] = deque(maxlen=POSTS)
        self._states: dict[str, list[bytes]] = {}
        self._repeated_ns = 0
        self._connected_ns = 0

    def say(self, word: Word) -> None:
        """Sends a control word."""
        with self._lock:
            self._say.try_send([encode_word(word)])

    def done(self, message_id: int) -> None:
        """Everything delivered up to this stream message is handled."""
        self.say_in_order(Done(message_id))

    def handled(self, message_ids: tuple[int, ...]) -> None:
        """These stream messages are handled."""
        self.say_in_order(Handled(message_ids))

    def say_in_order(self, word: Word) -> None:
        """Sends a control word behind all streams that were sent. Were it to overtake them, the hub could take a message
        for handled, or this process for gone, before it has what came of it."""
        with self._lock:
            if self._push is None:
                self._say.try_send([encode_word(word)])
            else:
                self._push.try_send([self._identity, encode_word(word)])

    def pledge(self, word: Word) -> None:
        """Sends a control word, and to each new hub again."""
        with self._lock:
            self._pledge = encode_word(word)
            self._say.try_send([self._pledge])

    def post(self, frames: list[bytes]) -> None:
        """Sends a message of the control lane."""
        with self._lock:
            self._posts.append((now_ns(), frames))
            self._say.try_send([encode_word(Post()), *frames])

    def publish(self, topic: str, frames: list[bytes], *, keep: bool = False) -> None:
        """Sends a message of the latest or state lane; never waits. `keep`: a state, sent again now and then.

        A state goes the way of the streams first: what a successor must know comes before the receipts that lean on it, and
        before this process's bye.
        """
        with self._lock:
            if keep:
                self._states[topic] = frames
            way = self._push if keep else self._pub
            sent = way is not None and way.try_send(frames)
        if not sent and not keep:
            self._tally.add(topic, "unsent")

    def store(self, message_id: int, frames: list[bytes]) -> None:
        """Sends a message of the stream lane, and keeps it until it is settled."""
        with self._lock:
            self._outbox.add(message_id, frames)
            if self._push is not None:
                self._push.try_send(frames)

    @property
    def has_room(self) -> bool:
        """Whether the outbox may take one more message."""
        return self._outbox.has_room

    @property
    def unsettled(self) -> int:
        """Messages that some consumer has still to handle."""
        return len(self._outbox)

    # --- told by the link's thread --------------------------------------------------------------------------------

    def settle(self, last: int) -> bool:
        """All consumers have handled everything up to this id. True when there is room again."""
        with self._lock:
            return self._outbox.settle(last)

    def connect(self, welcome: Welcome) -> None:
        """Turns to a new hub."""
        with self._lock:
            for old in (self._push, self._pub):
                if old:
                    old.close()
            self._push = self._network.socket("push")
            self._push.connect(welcome.stream_in)
            self._pub = self._network.socket("pub")
            self._pub.connect(welcome.latest_in)
            self._connected_ns = now_ns()
            if self._pledge:
                self._say.try_send([self._pledge])
            for at_ns, frames in self._posts:
                if self._connected_ns - at_ns < POSTS_NS:
                    self._say.try_send([encode_word(Post()), *frames])

    def send_again(self) -> None:
        """Sends everything that is not settled once more, in the old order; the hub drops what it has."""
        with self._lock:
            for frames in self._outbox:
                if self._push:
                    self._push.try_send(frames)

    def repeat_states(self) -> None:
        """Sends the states again when it is time to; the hub drops what is no news."""
        at = now_ns()
        if at - self._repeated_ns < (FRESH_STATES_NS if at - self._connected_ns < FRESH_NS else STATES_NS):
            return
        self._repeated_ns = at
        with self._lock:
            for frames in self._states.values():
                if self._pub is not None:
                    self._pub.try_send(frames)

    def close(self) -> None:
        """Closes the sockets; what waits in them still goes out for their linger time."""
        with self._lock:
            for socket in (self._say, self._push, self._pub):
                if socket:
                    socket.close()
            self._push = self._pub = None
