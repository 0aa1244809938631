"""Gate of a hub: the sockets of its spans to other hosts. The side where the call was started connects, the other listens.

Both ends of the tunnel are on 127.0.0.1: what is connected to is the tunnel's port on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.errors import Broken
from bus.parcel import ROADS, Frames, Road
from bus.socket import Socket
from bus.span import Span

if TYPE_CHECKING:
    from bus.hub import Hub

BATCH = 256


@dataclass(slots=True)
class Way:
    """One span's sockets. `fresh` have something whenever that connection was made (again); empty on the listening side."""

    span: Span
    sockets: dict[Road, Socket]
    fresh: dict[Road, Socket]
    ports: dict[Road, int]


class Gate:
    """All of them. Belongs to the hub's thread."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ways: list[Way] = []

    def listen(self, wanted: dict[Road, int] | None = None) -> dict[Road, int]:
        """Waits for the hub of the host where the call was started; gives the ports. Raises Broken for one in use."""
        sockets = {road: self._hub.network.socket("router") for road in ROADS}
        try:
            ports = {road: socket.bind((wanted or {}).get(road, 0)) for road, socket in sockets.items()}
        except Broken:
            for socket in sockets.values():
                socket.close()
            raise

        def send(road: Road, frames: Frames) -> bool:
            return sockets[road].try_send([road.encode(), *frames])

        self._open(Way(Span("", self._hub.frontier, send, self._hub.tally), sockets, {}, ports))
        return ports

    def connect(self, host: str, ports: dict[Road, int]) -> None:
        """Connects to the hub of another host through these ports of this machine; other ports than before replace them."""
        known = next((way for way in self._ways if way.span.host == host), None)
        if known is not None:
            for road, port in ports.items():
                if known.ports[road] != port:
                    known.sockets[road].disconnect(known.ports[road])
                    known.sockets[road].connect(port)
            known.ports = dict(ports)
            return
        sockets = {road: self._hub.network.guest("dealer", road.encode()) for road in ROADS}
        fresh = {road: socket.watch_connections() for road, socket in sockets.items()}
        for road, socket in sockets.items():
            socket.connect(ports[road])

        def send(road: Road, frames: Frames) -> bool:
            # not over a connection that is new: what was lost with the one before comes first, once they have met
            return not fresh[road].has_news and sockets[road].try_send(frames)

        self._open(Way(Span(host, self._hub.frontier, send, self._hub.tally), sockets, fresh, dict(ports)))

    def leave(self, host: str) -> None:
        """The other host takes no part any more."""
        for way in [way for way in self._ways if way.span.host == host]:
            self._ways.remove(way)
            way.span.leave()
            self._hub.frontier.spans.remove(way.span)
            self._hub.frontier.stirred()
            for socket in (*way.sockets.values(), *way.fresh.values()):
                self._hub.poller.remove(socket)
                socket.close()

    def serve(self, ready: set[int]) -> None:
        """Takes what has come."""
        for way in self._ways:
            for road, watch in way.fresh.items():
                if id(watch.raw) in ready:
                    watch.try_receive()
                    (way.span.begin if road == "swift" else way.span.widened)()
            for road, socket in way.sockets.items():
                if id(socket.raw) in ready:
                    self._take(way, road, socket)

    def close(self) -> None:
        """Closes them all."""
        for way in self._ways:
            for socket in (*way.fresh.values(), *way.sockets.values()):
                socket.close()

    def _open(self, way: Way) -> None:
        self._ways.append(way)
        self._hub.frontier.add(way.span)
        for socket in (*way.sockets.values(), *way.fresh.values()):
            self._hub.poller.add(socket)

    def _take(self, way: Way, road: Road, socket: Socket) -> None:
        for _ in range(BATCH):
            frames = socket.try_receive()
            if frames is None:
                return
            way.span.take(road, frames if way.fresh else frames[1:])
