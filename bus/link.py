"""Link of one process to its hub: sockets, heartbeats, what must be sent again. Knows nothing of actors or event loops.

Two halves. One thread owns the listening sockets and tells a `Listener` what comes. The speaking sockets are used by
whoever sends, under a lock: that saves a wake-up of 30-50 microseconds for each message, and a lock is the fence that
ZeroMQ asks for when a socket changes threads.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bus.clock import MS, SECOND, now_ns
from bus.codec import Torn, decode_body, decode_header, topic_frame
from bus.control import (
    AnyWord,
    Beat,
    Bye,
    Done,
    Hello,
    Post,
    Pulse,
    Settled,
    Welcome,
    Who,
    Word,
    decode_word,
    encode_word,
)
from bus.envelope import Header
from bus.errors import Broken
from bus.exchange import HEADERS, WHOLE
from bus.messages import Cut
from bus.messages.message import Message
from bus.roster import identity_of, speaking_identity
from bus.socket import Network, Poller, SessionKeys, Socket
from bus.tally import Tally

_log = logging.getLogger(__name__)

OUTBOX_ITEMS = 4_096
OUTBOX_BYTES = 48 * 1024 * 1024
BEAT_NS = SECOND
POLL_MS = 100
BATCH = 256
REMEMBERED_IDS = 32_768
TAP_ITEMS = 20_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that arrived. `message` is None for one that must only be acknowledged (dropped and counted)."""

    header: Header
    message: Message | None
    received_ns: int


class Listener(Protocol):
    """Told by the link's thread; must only note things down and return."""

    def stream(self, delivery: Delivery) -> None:
        """A stream message; call `link.done` when it is handled."""

    def latest(self, delivery: Delivery) -> None:
        """A message of the latest or state lane."""

    def post(self, delivery: Delivery) -> None:
        """A message of the control lane."""

    def word(self, word: AnyWord) -> None:
        """A control word for this process."""

    def room(self) -> None:
        """The outbox has room again."""


class Link:
    """Connection to the hub at 127.0.0.1:`control_port`. `kinds`: the message types that are taken, by topic."""

    def __init__(
        self,
        keys: SessionKeys,
        control_port: int,
        hello: Hello,
        kinds: Mapping[str, type[Message]],
        listener: Listener,
    ) -> None:
        self.hello = hello
        self.tally = Tally(_log)
        self.below_gen = 0
        self.welcomed = threading.Event()
        self._kinds = kinds
        self._listener = listener
        self._pulse: Callable[[], Pulse] = Pulse
        self._network = Network(keys)
        identity = identity_of(hello.name, hello.epoch)
        self._hear = self._network.socket("dealer", identity)
        self._say = self._network.socket("dealer", speaking_identity(identity))
        for socket in (self._hear, self._say):
            socket.connect(control_port)
        self._lock = threading.Lock()
        self._push: Socket | None = None
        self._pub: Socket | None = None
        self._outbox: deque[tuple[int, list[bytes], int]] = deque()
        self._outbox_bytes = 0
        self._boot = 0
        self._pull: Socket | None = None
        self._sub: Socket | None = None
        self._poller = Poller()
        self._poller.add(self._hear)
        self._seen: set[int] = set()
        self._seen_order: deque[int] = deque()
        self.taps: queue.Queue[list[bytes]] = queue.Queue(maxsize=TAP_ITEMS)
        """Copies of tapped topics, see bus/exchange.py."""
        self._tapped: list[bytes] = []
        self._new_taps: deque[bytes] = deque()
        self._own_states: dict[str, list[bytes]] = {}
        self._states: dict[tuple[str, str], tuple[int, int]] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="link", daemon=True)

    # --- life -----------------------------------------------------------------------------------------------------

    def open(self, pulse: Callable[[], Pulse] = Pulse) -> None:
        """Says hello and starts listening. `pulse` is asked for each heartbeat, in the link's thread."""
        self._pulse = pulse
        self._thread.start()

    def close(self, bye: Bye | None = None) -> None:
        """Says bye, stops listening, frees the sockets."""
        if bye is not None:
            self.say(bye)
        self._ending.set()
        self._thread.join(timeout=5)
        with self._lock:
            for socket in (self._say, self._push, self._pub):
                if socket:
                    socket.close()
        self._network.close()

    # --- speaking: any thread -------------------------------------------------------------------------------------

    def say(self, word: Word) -> None:
        """Sends a control word."""
        with self._lock:
            self._say.try_send([encode_word(word)])

    def done(self, message_id: int) -> None:
        """Everything delivered up to this stream message is handled."""
        self.say(Done(message_id))

    def post(self, frames: list[bytes]) -> None:
        """Sends a message of the control lane."""
        with self._lock:
            self._say.try_send([encode_word(Post()), *frames])

    def publish(self, topic: str, frames: list[bytes], *, keep: bool = False) -> None:
        """Sends a message of the latest or state lane; never waits. `keep`: a state, sent again with each heartbeat, since
        a fresh PUB drops what it sends before the hub's subscription has come."""
        with self._lock:
            if keep:
                self._own_states[topic] = frames
            if self._pub is None or not self._pub.try_send(frames):
                self.tally.add(topic, "unsent")

    def store(self, message_id: int, frames: list[bytes]) -> None:
        """Sends a message of the stream lane, and keeps it until it is settled."""
        size = len(frames[1]) + len(frames[2])
        with self._lock:
            self._outbox.append((message_id, frames, size))
            self._outbox_bytes += size
            if self._push is not None:
                self._push.try_send(frames)

    @property
    def has_room(self) -> bool:
        """Whether the outbox may take one more message."""
        return len(self._outbox) < OUTBOX_ITEMS and self._outbox_bytes < OUTBOX_BYTES

    @property
    def unsettled(self) -> int:
        """Messages that some consumer has still to handle."""
        return len(self._outbox)

    def tap(self, topics: Iterable[bytes], *, payload: bool) -> None:
        """Asks for copies of topics (with their NUL) in `taps`; headers only unless `payload`."""
        self._new_taps.extend((WHOLE if payload else HEADERS) + topic for topic in topics)

    def raise_fence(self, below_gen: int) -> None:
        """Drops everything fenced below the generation from now on."""
        self.below_gen = max(self.below_gen, below_gen)

    # --- listening: the link's own thread -------------------------------------------------------------------------

    def _listen(self) -> None:
        beat_ns = 0
        while not self._ending.is_set():
            ready = self._poller.wait(POLL_MS)
            if id(self._hear.raw) in ready:
                self._take(self._hear, self._control)
            if self._pull is not None and id(self._pull.raw) in ready:
                self._take(self._pull, self._stream)
            if self._sub is not None and id(self._sub.raw) in ready:
                self._take(self._sub, self._latest)
            while self._new_taps and self._sub is not None:
                self._tapped.append(self._new_taps.popleft())
                self._sub.subscribe(self._tapped[-1])
            if now_ns() - beat_ns > BEAT_NS:
                beat_ns = now_ns()
                word = Beat(self._pulse()) if self.welcomed.is_set() else self.hello
                self._hear.try_send([encode_word(word)])
                self._repeat_states()
        for socket in (self._hear, self._pull, self._sub):
            if socket:
                socket.close()

    def _repeat_states(self) -> None:
        with self._lock:
            for frames in self._own_states.values():
                if self._pub is not None:
                    self._pub.try_send(frames)

    def _take(self, socket: Socket, handle: Callable[[list[bytes]], None]) -> None:
        for _ in range(BATCH):
            frames = socket.try_receive()
            if frames is None:
                return
            handle(frames)

    def _control(self, frames: list[bytes]) -> None:
        try:
            word = decode_word(frames[0])
        except Broken as error:
            self.tally.add("?", "control", detail=error.what)
            return
        match word:
            case Welcome():
                self._welcome(word)
            case Who():
                self._hear.try_send([encode_word(self.hello)])
            case Settled(last):
                self._settle(last)
            case Post():
                self._post(frames[1:])
            case _:
                self._listener.word(word)

    def _welcome(self, welcome: Welcome) -> None:
        self.raise_fence(welcome.below_gen)
        if welcome.boot == self._boot:
            return
        self._boot = welcome.boot
        self._pull = self._reopen(self._pull, "pull", welcome.stream_out)
        self._sub = self._reopen(self._sub, "sub", welcome.latest_out)
        for prefix in (*map(topic_frame, self.hello.watches), *self._tapped):
            if self._sub:
                self._sub.subscribe(prefix)
        with self._lock:
            for old in (self._push, self._pub):
                if old:
                    old.close()
            self._push = self._network.socket("push")
            self._push.connect(welcome.stream_in)
            self._pub = self._network.socket("pub")
            self._pub.connect(welcome.latest_in)
            for _, frames, _ in self._outbox:
                self._push.try_send(frames)
        self.welcomed.set()
        self._listener.word(welcome)

    def _reopen(self, old: Socket | None, kind: str, port: int) -> Socket | None:
        if old is not None:
            self._poller.remove(old)
            old.close()
        if port == 0:
            return None
        socket = self._network.socket("pull" if kind == "pull" else "sub")
        socket.connect(port)
        self._poller.add(socket)
        return socket

    def _settle(self, last: int) -> None:
        with self._lock:
            had_room = self.has_room
            if all(entry[0] != last for entry in self._outbox):
                return
            while True:
                message_id, _, size = self._outbox.popleft()
                self._outbox_bytes -= size
                if message_id == last:
                    break
        if not had_room and self.has_room:
            self._listener.room()

    def _open(self, frames: list[bytes]) -> Delivery | None:
        """The message of frames; with message None when it must not be handled; None when it is no message at all."""
        try:
            topic, header = decode_header(frames)
            kind = self._kinds.get(topic)
            if kind is None:
                raise Torn("unknown", f"topic {topic!r} is not taken here")
        except Torn as torn:
            self.tally.add("?", torn.reason, detail=str(torn))
            return None
        received_ns = now_ns()
        if header.fenced and header.gen < self.below_gen:
            self.tally.add(topic, "generation")
            return Delivery(header, None, received_ns)
        if header.ttl and received_ns > header.t + header.ttl * MS:
            self.tally.add(topic, "stale")
            return Delivery(header, None, received_ns)
        try:
            return Delivery(header, decode_body(kind, header, frames[2]), received_ns)
        except Torn as torn:
            self.tally.add(topic, torn.reason, detail=str(torn))
            return Delivery(header, None, received_ns)

    def _stream(self, frames: list[bytes]) -> None:
        delivery = self._open(frames)
        if delivery is None:
            return
        message_id = delivery.header.id
        if message_id in self._seen:
            self.tally.add(frames[0][:-1].decode(), "duplicate")
            delivery = Delivery(delivery.header, None, delivery.received_ns)
        self._seen.add(message_id)
        self._seen_order.append(message_id)
        if len(self._seen_order) > REMEMBERED_IDS:
            self._seen.discard(self._seen_order.popleft())
        self._listener.stream(delivery)

    def _latest(self, frames: list[bytes]) -> None:
        if frames[0][:1] in (WHOLE, HEADERS):
            try:
                self.taps.put_nowait(frames)
            except queue.Full:
                self.tally.add(frames[0][1:-1].decode(errors="replace"), "tap-overflow")
            return
        delivery = self._open(frames)
        if delivery is None or delivery.message is None:
            return
        if delivery.message.spec.lane == "state":
            header = delivery.header
            key, order = (delivery.message.spec.topic, header.source), (header.epoch, header.seq)
            if self._states.get(key, (0, 0)) >= order:
                return
            self._states[key] = order
        self._listener.latest(delivery)

    def _post(self, frames: list[bytes]) -> None:
        try:
            topic, header = decode_header(frames)
            if topic == Cut.spec.topic:
                cut = decode_body(Cut, header, b"")
                assert isinstance(cut, Cut)
                self.raise_fence(cut.below_gen)
            else:
                cut = None
            kind = self._kinds.get(topic)
            message = cut or (decode_body(kind, header, frames[2]) if kind else None)
        except Torn as torn:
            self.tally.add("?", torn.reason, detail=str(torn))
            return
        if message is not None:
            self._listener.post(Delivery(header, message, now_ns()))
