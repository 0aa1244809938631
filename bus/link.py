"""Link of one process to its hub: sockets, heartbeats, what must be sent again. Knows nothing of actors or event loops.

One thread owns the listening sockets and tells a `Listener` what comes; the speaking ones are in bus/uplink.py.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from bus.arrivals import Arrivals, Delivery
from bus.clock import SECOND, now_ns
from bus.codec import topic_frame
from bus.control import (
    AnyWord,
    Beat,
    Bye,
    Hello,
    Post,
    Pulse,
    Settled,
    Stop,
    Welcome,
    Who,
    decode_word,
    encode_word,
)
from bus.errors import Broken
from bus.exchange import HEADERS, WHOLE
from bus.messages.message import Message
from bus.roster import identity_of, speaking_identity
from bus.socket import Network, SessionKeys, Socket
from bus.tally import Tally
from bus.uplink import Uplink

__all__ = ["Delivery", "Link", "Listener"]

_log = logging.getLogger(__name__)

BEAT_NS = SECOND
POLL_MS = 100
BATCH = 256
TAP_ITEMS = 20_000


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

    heard_ns = 0
    """When the hub last said anything on the control lane."""

    def __init__(
        self,
        keys: SessionKeys,
        control_port: int,
        hello: Hello,
        kinds: Mapping[str, type[Message]],
        listener: Listener,
        tally: Tally | None = None,
        network: Network | None = None,
    ) -> None:
        self.hello = hello
        self.tally = tally or Tally(_log)
        self.welcomed = threading.Event()
        self.error: BaseException | None = None
        """What ended the link's thread; the listener was told to stop then."""
        self._arrivals = Arrivals(kinds, self.tally)
        self._listener = listener
        self._pulse: Callable[[], Pulse] = Pulse
        self._network = network or Network(keys)
        identity = identity_of(hello.name, hello.epoch)
        self._hear = self._network.socket("dealer", identity)
        self._hear.connect(control_port)
        self._uplink = uplink = Uplink(self._network, control_port, speaking_identity(identity), self.tally)
        self.say, self.done, self.handled, self.post = uplink.say, uplink.done, uplink.handled, uplink.post
        self.store, self.publish, self.pledge = uplink.store, uplink.publish, uplink.pledge
        self._home: Welcome | None = None
        """Where the sockets are connected to."""
        self._pull: Socket | None = None
        self._sub: Socket | None = None
        self._poller = self._network.poller()
        self._poller.add(self._hear)
        self._connections = self._hear.watch_connections()
        self._poller.add(self._connections)
        self.taps: queue.Queue[list[bytes]] = queue.Queue(maxsize=TAP_ITEMS)
        """Copies of tapped topics, see bus/exchange.py."""
        self._tapped: list[bytes] = []
        self._new_taps: deque[bytes] = deque()
        self._beat_ns = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    # --- life -----------------------------------------------------------------------------------------------------

    def open(self, pulse: Callable[[], Pulse] = Pulse) -> None:
        """Says hello and starts listening. `pulse` is asked for each heartbeat, in the link's thread."""
        self._pulse = pulse
        self._thread.start()

    def close(self, bye: Bye | None = None) -> None:
        """Says bye, stops listening, frees the sockets."""
        if bye is not None:
            self._uplink.say_in_order(bye)
        self._ending.set()
        if self._thread.ident is None:
            self._stop_hearing()
        else:
            self._thread.join(timeout=5)
        self._uplink.close()
        self._network.close()

    @property
    def has_room(self) -> bool:
        """Whether the outbox may take one more message."""
        return self._uplink.has_room

    @property
    def unsettled(self) -> int:
        """Messages that some consumer has still to handle."""
        return self._uplink.unsettled

    def tap(self, topics: Iterable[bytes], *, payload: bool) -> None:
        """Asks for copies of topics (with their NUL) in `taps`; headers only unless `payload`."""
        self._new_taps.extend((WHOLE if payload else HEADERS) + topic for topic in topics)

    def raise_fence(self, below_gen: int) -> None:
        """Drops everything fenced below the generation from now on."""
        self._arrivals.raise_fence(below_gen)

    @property
    def below_gen(self) -> int:
        """The fence: what is fenced below this generation is dropped."""
        return self._arrivals.below_gen

    # --- listening: the link's own thread -------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self.turn()
        finally:
            self.error = sys.exception()
            if self.error:  # its owner must know, or the process would only look alive; the traceback goes to the log
                self._listener.word(Stop())
            self._stop_hearing()

    def _stop_hearing(self) -> None:
        for socket in (self._connections, self._hear, self._pull, self._sub):
            if socket:
                socket.close()

    def turn(self) -> None:
        """Says what is due, waits for something to come, and takes it. Only the link's own thread may."""
        if not self._beat_ns or now_ns() - self._beat_ns > BEAT_NS:
            self._beat_ns = now_ns()
            word = Beat(self._pulse()) if self.welcomed.is_set() else self._greeting()
            self._hear.try_send([encode_word(word)])
        self._uplink.repeat_states()
        while self._new_taps and self._sub is not None:
            self._tapped.append(self._new_taps.popleft())
            self._sub.subscribe(self._tapped[-1])
        ready = self._poller.wait(POLL_MS)
        if id(self._connections.raw) in ready:
            self._connections.try_receive()
            self._beat_ns = 0  # to a hub that is new; it asks back who this is
        if id(self._hear.raw) in ready:
            self._take(self._hear, self._control)
        if self._pull is not None and id(self._pull.raw) in ready:
            self._take(self._pull, self._stream)
        if self._sub is not None and id(self._sub.raw) in ready:
            self._take(self._sub, self._latest)

    def _take(self, socket: Socket, handle: Callable[[list[bytes]], None]) -> None:
        for _ in range(BATCH):
            frames = socket.try_receive()
            if frames is None:
                return
            handle(frames)

    def _control(self, frames: list[bytes]) -> None:
        self.heard_ns = now_ns()
        try:
            word = decode_word(frames[0])
        except Broken as error:
            self.tally.add("?", "control", detail=error.what)
            return
        match word:
            case Welcome():
                self._welcome(word)
            case Who():
                self._hear.try_send([encode_word(self._greeting())])
            case Settled(last):
                if self._uplink.settle(last):
                    self._listener.room()
            case Post():
                delivery = self._arrivals.post(frames[1:])
                if delivery:
                    self._listener.post(delivery)
            case _:
                self._listener.word(word)

    def _greeting(self) -> Hello:
        return msgspec.structs.replace(self.hello, below_gen=self.below_gen)

    def _welcome(self, welcome: Welcome) -> None:
        """Connects to a hub that is new, or that had forgotten this process and made a new outlet for it."""
        self.raise_fence(welcome.below_gen)
        home, here = self._home, msgspec.structs.replace(welcome, below_gen=0)
        if here == home:
            self._listener.word(welcome)  # the fence may be news
            return
        self._home = here
        self._pull = self._reopen(self._pull, "pull", welcome.stream_out)
        if home is None or here.boot != home.boot:
            self._sub = self._reopen(self._sub, "sub", welcome.latest_out)
            for prefix in (*map(topic_frame, self.hello.watches), *self._tapped):
                if self._sub:
                    self._sub.subscribe(prefix)
            self._uplink.connect(welcome)
        self._uplink.send_again()
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

    def _stream(self, frames: list[bytes]) -> None:
        delivery = self._arrivals.stream(frames)
        if delivery:
            self._listener.stream(delivery)

    def _latest(self, frames: list[bytes]) -> None:
        if frames[0][:1] in (WHOLE, HEADERS):
            try:
                self.taps.put_nowait(frames)
            except queue.Full:
                self.tally.add(frames[0][1:-1].decode(errors="replace"), "tap-overflow")
            return
        delivery = self._arrivals.latest(frames)
        if delivery:
            self._listener.latest(delivery)
