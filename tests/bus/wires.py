"""Wires for scenes without ZeroMQ: sockets whose messages move one by one, when the scene says so.

A network of these takes the place of bus.socket.Network under a real hub and real links. Within one connection messages
keep their order; between connections any order is possible, as with the real ones. What a killed process had sent may
have got through or not, up to any message. Time stands still until the scene moves it.
"""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from unittest.mock import patch

from bus.socket import Kind, Network, Poller, SessionKeys, Socket


class Line:
    """One connection: what is on its way up to the hub, and down to the peer."""

    def __init__(self, peer: WireSocket, port: int) -> None:
        self.peer = peer
        self.port = port
        self.hub: WireSocket | None = None
        """None until the connection is made."""
        self.up: deque[list[bytes]] = deque()
        self.down: deque[list[bytes]] = deque()
        self.prefixes: set[bytes] = set()

    @property
    def label(self) -> str:
        """For people who read a failed run."""
        return f"{self.peer.owner}:{self.peer.kind}"


class Air:
    """All connections of a scene, and its clock."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.ports: dict[int, WireSocket] = {}
        self.numbers = itertools.count(20_000)
        self.at_ns = 1_000_000_000
        self.said: Callable[[bytes, Sequence[bytes]], None] = lambda identity, frames: None
        """Told of each control word of the hub that is on its way."""
        self._patch = patch("bus.clock.time", SimpleNamespace(perf_counter_ns=self._now))
        self._patch.start()

    def close(self) -> None:
        """Real time goes on."""
        self._patch.stop()

    def _now(self) -> int:
        self.at_ns += 1
        return self.at_ns

    # --- what moves -----------------------------------------------------------------------------------------------

    def ways(self) -> list[tuple[Line, bool]]:
        """What can move now: a line, and whether upwards."""
        ways = []
        for line in self.lines:
            if line.port not in self.ports:
                continue
            if line.hub is None or line.up:
                ways.append((line, True))
            if line.down:
                ways.append((line, False))
        return ways

    def move(self, line: Line, *, up: bool) -> None:
        """One message arrives; of a line that is not connected yet, the connection is made."""
        if line.hub is None:
            line.hub = self.ports[line.port]
            line.peer.watched.append([b"connected"])
        elif up:
            self._arrive_up(line, line.hub, line.up.popleft())
        elif not line.peer.closed:
            line.peer.waiting.append(line.down.popleft())
        else:
            line.down.popleft()

    def _arrive_up(self, line: Line, hub: WireSocket, frames: list[bytes]) -> None:
        if hub.kind == "router":
            frames = [line.peer.identity, *frames]
        elif hub.kind == "xpub":
            (line.prefixes.add if frames[0][:1] == b"\1" else line.prefixes.discard)(frames[0][1:])
        hub.waiting.append(frames)

    def kill(self, owner: str, chance: int) -> None:
        """A process dies; of what it had sent on each line, some first part still arrives."""
        draw = random.Random(chance)
        for line in [line for line in self.lines if line.peer.owner == owner]:
            line.peer.closed = True
            kept = draw.randint(0, len(line.up))
            line.up = deque(list(line.up)[:kept])
            line.down.clear()
            if not line.up or line.hub is None:
                self.lines.remove(line)

    def kill_hub(self, chance: int) -> None:
        """The hub dies. What was on its way is gone; what had not left the peers (the last part) goes to the next hub."""
        draw = random.Random(chance)
        self.ports.clear()
        for line in self.lines:
            line.down.clear()
            line.hub = None
            for _ in range(draw.randint(0, len(line.up))):
                line.up.popleft()


class WireSocket(Socket):
    """Stands in for one ZeroMQ socket."""

    def __init__(self, air: Air, kind: Kind, owner: str, identity: bytes) -> None:
        self.raw = self  # type: ignore[assignment]
        self.air = air
        self.kind = kind
        self.owner = owner
        self.identity = identity
        self.waiting: deque[list[bytes]] = deque()
        """Arrived, not yet taken."""
        self.watched: deque[list[bytes]] = deque()
        self.closed = False
        self.port = 0

    def bind(self, port: int = 0) -> int:
        self.port = port or next(self.air.numbers)
        self.air.ports[self.port] = self
        return self.port

    def connect(self, port: int) -> None:
        self.air.lines.append(Line(self, port))

    def try_send(self, frames: Sequence[bytes]) -> bool:
        if self.port:
            return self._send_down(list(frames))
        for line in self._lines():
            line.up.append(list(frames))
        return True

    def _send_down(self, frames: list[bytes]) -> bool:
        sent = False
        for line in self._lines():
            match self.kind:
                case "router" if line.peer.identity == frames[0]:
                    line.down.append(frames[1:])
                    self.air.said(frames[0], frames[1:])
                    return True
                case "push":
                    line.down.append(frames)
                    return True
                case "xpub" if any(frames[0].startswith(prefix) for prefix in line.prefixes):
                    line.down.append(frames)
                    sent = True
                case _:
                    pass
        return sent

    def _lines(self) -> list[Line]:
        if self.port:
            return [line for line in self.air.lines if line.hub is self and not line.peer.closed]
        return [line for line in self.air.lines if line.peer is self]

    def try_receive(self) -> list[bytes] | None:
        return self.waiting.popleft() if self.waiting else None

    def watch_connections(self) -> Socket:
        watcher = WireSocket(self.air, self.kind, self.owner, b"")
        watcher.waiting = self.watched
        return watcher

    def subscribe(self, prefix: bytes) -> None:
        self.try_send([b"\1" + prefix])

    def close(self) -> None:
        """What it has sent may still arrive, if there is somebody to take it."""
        self.closed = True
        self.air.ports.pop(self.port, None)
        for line in [line for line in self.air.lines if line.peer is self]:
            if line.port not in self.air.ports or not line.up:
                self.air.lines.remove(line)


class WirePoller(Poller):
    """Tells which sockets have something, and never waits."""

    def __init__(self) -> None:
        self._sockets: list[Socket] = []

    def add(self, socket: Socket) -> None:
        self._sockets.append(socket)

    def remove(self, socket: Socket) -> None:
        self._sockets = [other for other in self._sockets if other is not socket]

    def wait(self, timeout_ms: int) -> set[int]:
        return {id(s.raw) for s in self._sockets if isinstance(s, WireSocket) and s.waiting}


class Door:
    """Nobody knocks here."""

    def __init__(self, socket: WireSocket) -> None:
        self.socket = socket

    def admit(self) -> int:
        return 0

    def close(self) -> None:
        pass


class WireNetwork(Network):
    """The sockets of one process."""

    def __init__(self, air: Air, owner: str, *, hub: bool = False) -> None:
        self._air = air
        self._owner = owner
        door = WireSocket(air, "rep", owner, b"")  # type: ignore[arg-type]
        self.doorman = Door(door) if hub else None  # type: ignore[assignment]

    def socket(self, kind: Kind, identity: bytes = b"") -> Socket:
        return WireSocket(self._air, kind, self._owner, identity)

    def poller(self) -> Poller:
        return WirePoller()

    def close(self) -> None:
        pass


KEYS = SessionKeys("", "", "", "")
"""Nothing is encrypted here."""
