"""Sockets of the bus: the only file that knows ZeroMQ. All of them speak CURVE with the session's keys.

The hub binds (server side), everything else connects. Facts that shaped the options:
no ZMQ heartbeats (libzmq 4.3.5 aborts the process when a queue is full: zeromq/libzmq#3937); PUSH without IMMEDIATE, so
that a pipe outlives a reconnect; no lingering for lossy lanes; high-water marks as a last fence only, since the stream
lane is bounded by credit.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec
import zmq
from zmq.backend import Socket as Backend
from zmq.utils import z85

from bus.errors import Broken, Fatal

Kind = Literal["router", "dealer", "push", "pull", "pub", "sub", "xpub", "xsub"]

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""ZeroMQ hangs up on whoever sends a larger frame. What is over the bus's own limit (see bus/codec.py) but below this
one is counted and dropped by name."""
_KINDS: dict[Kind, int] = {
    "router": zmq.ROUTER, "dealer": zmq.DEALER, "push": zmq.PUSH, "pull": zmq.PULL,
    "pub": zmq.PUB, "sub": zmq.SUB, "xpub": zmq.XPUB, "xsub": zmq.XSUB,
}  # fmt: skip
_HIGH_WATER: dict[Kind, int] = {"pub": 200, "sub": 1_000, "xpub": 1_000, "xsub": 200}
"""Towards a subscriber there is room for two seconds of a whole call, which a recorder takes: the machine may be busy."""
_LINGER_MS: dict[Kind, int] = {"push": 300, "dealer": 300, "router": 300}


# pyzmq's own multipart calls check each frame in Python first: 5.4 us for sending and taking a message, so 3.3 us (hot)
_send = Backend.send
_receive = Backend.recv
_MORE = zmq.NOBLOCK | zmq.SNDMORE


class SessionKeys(msgspec.Struct, frozen=True):
    """CURVE keys of one session, Z85 text. Whoever can read them belongs to the session."""

    hub_public: str
    hub_secret: str
    peer_public: str
    peer_secret: str

    @classmethod
    def make(cls) -> SessionKeys:
        """Fresh keys from the system's random source."""
        hub_public, hub_secret = zmq.curve_keypair()
        peer_public, peer_secret = zmq.curve_keypair()
        return cls(hub_public.decode(), hub_secret.decode(), peer_public.decode(), peer_secret.decode())

    def __repr__(self) -> str:
        return "SessionKeys(***)"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """msgspec's own would show the keys in a traceback that rich draws."""
        return []


class Socket:
    """One ZeroMQ socket. Not thread-safe: it belongs to one thread, or is used under its owner's lock."""

    def __init__(self, raw: zmq.Socket[bytes]) -> None:
        self.raw = raw

    def bind(self, port: int = 0) -> int:
        """Binds 127.0.0.1:port (0: any free one); gives the port. Raises Broken when it is taken."""
        try:
            if port == 0:
                return int(self.raw.bind_to_random_port("tcp://127.0.0.1", min_port=20_000, max_port=49_000))
            self.raw.bind(f"tcp://127.0.0.1:{port}")
        except (zmq.ZMQError, zmq.ZMQBindError) as error:
            raise Broken(
                f"port {port} of this machine cannot be bound: {error}", "free it or choose another"
            ) from error
        return port

    def connect(self, port: int) -> None:
        """Connects to 127.0.0.1:port; the connection is made and remade in the background."""
        self.raw.connect(f"tcp://127.0.0.1:{port}")

    def disconnect(self, port: int) -> None:
        """Drops the connection to a port, and what waits in it."""
        self.raw.disconnect(f"tcp://127.0.0.1:{port}")

    def try_send(self, frames: Sequence[bytes]) -> bool:
        """Sends without waiting; False when there is no room or nobody to send to."""
        send, raw = _send, self.raw
        try:
            for frame in frames[:-1]:
                send(raw, frame, _MORE)
            send(raw, frames[-1], zmq.NOBLOCK)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno == zmq.EHOSTUNREACH:
                return False
            raise
        return True

    def try_receive(self) -> list[bytes] | None:
        """The next message's frames, or None when nothing waits."""
        receive, raw = _receive, self.raw
        try:
            frames = [receive(raw, zmq.NOBLOCK)]
        except zmq.Again:
            return None
        while raw.getsockopt(zmq.RCVMORE):
            frames.append(receive(raw, zmq.NOBLOCK))
        return frames

    @property
    def has_news(self) -> bool:
        """Whether something waits to be received."""
        return bool(int(self.raw.getsockopt(zmq.EVENTS)) & zmq.POLLIN)

    def watch_connections(self) -> Socket:
        """A socket that has something whenever this one's connection has been made (again)."""
        return Socket(self.raw.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED))

    def subscribe(self, prefix: bytes) -> None:
        """Takes messages whose first frame starts with `prefix` (SUB only)."""
        self.raw.setsockopt(zmq.SUBSCRIBE, prefix)

    def unsubscribe(self, prefix: bytes) -> None:
        """Takes back one `subscribe`."""
        self.raw.setsockopt(zmq.UNSUBSCRIBE, prefix)

    def close(self) -> None:
        """Closes it; what waits may still go out for its linger time."""
        self.raw.close()


class Poller:
    """Waits for several sockets at once."""

    def __init__(self) -> None:
        self._poller = zmq.Poller()

    def add(self, socket: Socket) -> None:
        """Watches a socket for incoming messages."""
        self._poller.register(socket.raw, zmq.POLLIN)

    def remove(self, socket: Socket) -> None:
        """Stops watching a socket; unknown ones are fine."""
        if socket.raw in self._poller:
            self._poller.unregister(socket.raw)

    def wait(self, timeout_ms: int) -> set[int]:
        """File-descriptor-like marks (id of Socket.raw) of the sockets that have something."""
        return {id(raw) for raw, _ in self._poller.poll(timeout_ms)}


class Network:
    """Makes sockets with the session's keys and the right options; owns the ZeroMQ context."""

    def __init__(self, keys: SessionKeys, *, hub: bool = False) -> None:
        if not zmq.has("curve"):
            raise Fatal(
                "this pyzmq was built without CURVE", "install pyzmq from its wheel: uv sync --reinstall-package pyzmq"
            )
        self._keys = keys
        self._hub = hub
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.doorman = Doorman(self._context, keys.peer_public) if hub else None

    def socket(self, kind: Kind, identity: bytes = b"") -> Socket:
        """A socket that is a CURVE server in the hub and a client elsewhere. Raises Broken when there are too many."""
        try:
            raw = self._context.socket(_KINDS[kind])
        except zmq.ZMQError as error:
            raise Broken(f"no more sockets can be made: {error}", "raise the limit of open files: ulimit -n") from error
        raw.setsockopt(zmq.LINGER, _LINGER_MS.get(kind, 0))
        raw.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
        raw.set_hwm(_HIGH_WATER.get(kind, 20_000))
        raw.setsockopt(zmq.RECONNECT_IVL, 20)
        raw.setsockopt(zmq.RECONNECT_IVL_MAX, 200)
        raw.setsockopt(zmq.HANDSHAKE_IVL, 3_000)
        if identity:
            raw.setsockopt(zmq.IDENTITY, identity)
        if kind == "router":
            raw.setsockopt(zmq.ROUTER_MANDATORY, 1)
            raw.setsockopt(zmq.ROUTER_HANDOVER, 1)
        if kind == "xpub":
            raw.setsockopt(zmq.XPUB_VERBOSER, 1)
        self._secure(raw)
        return Socket(raw)

    def guest(self, kind: Kind, identity: bytes) -> Socket:
        """A socket with which a hub is the client of another hub. While there is no connection it takes nothing."""
        hub, self._hub = self._hub, False
        try:
            socket = self.socket(kind, identity)
        finally:
            self._hub = hub
        socket.raw.setsockopt(zmq.IMMEDIATE, 1)
        return socket

    def poller(self) -> Poller:
        """Waits for sockets of this network."""
        return Poller()

    def close(self) -> None:
        """Ends the context; all sockets must be closed before."""
        if self.doorman:
            self.doorman.close()
        self._context.term()

    def _secure(self, raw: zmq.Socket[bytes]) -> None:
        keys = self._keys
        if self._hub:
            raw.setsockopt(zmq.CURVE_SERVER, 1)
            raw.setsockopt(zmq.CURVE_SECRETKEY, keys.hub_secret.encode())
            raw.setsockopt(zmq.CURVE_PUBLICKEY, keys.hub_public.encode())
            raw.setsockopt(zmq.ZAP_DOMAIN, b"avatar")
        else:
            raw.setsockopt(zmq.CURVE_SERVERKEY, keys.hub_public.encode())
            raw.setsockopt(zmq.CURVE_PUBLICKEY, keys.peer_public.encode())
            raw.setsockopt(zmq.CURVE_SECRETKEY, keys.peer_secret.encode())


class Doorman:
    """Lets in who shows the session's peer key, and nobody else: the hub's end of ZAP (rfc.zeromq.org/spec/27).

    pyzmq's own authenticator runs an asyncio loop in a thread, which Windows' default loop refuses; here the hub's one
    thread answers, in `admit`.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], public: str) -> None:
        self._key = z85.decode(public.encode())
        self.socket = Socket(context.socket(zmq.REP))
        self.socket.raw.setsockopt(zmq.LINGER, 0)
        self.socket.raw.bind("inproc://zeromq.zap.01")

    def admit(self) -> int:
        """Answers all who wait at the door; gives how many were refused."""
        refused = 0
        while (frames := self.socket.try_receive()) is not None:
            well_formed = len(frames) == 7 and frames[5] == b"CURVE"
            welcome = well_formed and secrets.compare_digest(frames[6], self._key)
            refused += not welcome
            code, text = (b"200", b"OK") if welcome else (b"400", b"not of this session")
            request = frames[1] if len(frames) > 1 else b""
            self.socket.try_send([b"1.0", request, code, text, b"session" if welcome else b"", b""])
        return refused

    def close(self) -> None:
        """Closes the door."""
        self.socket.close()
