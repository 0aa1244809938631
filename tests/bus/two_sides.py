"""Two sides of a span for scenes: both are real, the wire between them and the clocks are not."""

from __future__ import annotations

import heapq
import itertools
import logging
from typing import Any

import msgspec

from bus.clock import MS, SECOND
from bus.codec import encode_header, topic_frame
from bus.crossing import Afar, Meet, News
from bus.envelope import Header, Hop
from bus.parcel import Frames, Road
from bus.span import Span
from bus.tally import Tally
from tests.bus.house import header

LAPTOP_NS, GPU_NS = 1_000 * SECOND, 90_000 * SECOND
"""What the clocks of the two hosts show when a scene begins."""


def afar(name: str, *takes: str, epoch: int = 1) -> Afar:
    return Afar(name, epoch, name, True, takes, (), (), (), (), ())


def frames_of(topic: str, number: int, payload: bytes = b"", *, at_ns: int = 0, gen: int = 0) -> Frames:
    head = msgspec.structs.replace(
        header("tts", number=number), t=at_ns, t0=at_ns, gen=gen, trace=(Hop("tts", at_ns, at_ns, "gpu"),)
    )
    return [topic_frame(topic), encode_header(head), payload]


class Side:
    """A border that keeps what it is told, and its span."""

    def __init__(self, wire: Wire, host: str, zero_ns: int, *, boot: int = 1) -> None:
        self.wire, self.host, self.zero_ns, self.boot = wire, host, zero_ns, boot
        self.here: list[Afar] = []
        self.wanted: list[bytes] = []
        self.left: list[Frames] = []
        self.log: list[tuple[str, Any]] = []
        self.tally = Tally(logging.getLogger(__name__))
        self.span = Span("", self, self._send, self.tally, self.now_ns)

    def now_ns(self) -> int:
        return self.zero_ns + self.wire.at_ns

    def _send(self, road: Road, frames: Frames) -> bool:
        return self.wire.carry(self, road, frames)

    def tell(self, *died: str) -> None:
        self.span.tell(News(tuple(self.here), died), self.wanted, self.left)

    def told(self, kind: str) -> list[Any]:
        return [what for name, what in self.log if name == kind]

    def meet(self, span: Span) -> Meet:
        return Meet(self.host, self.boot)

    def parted(self, span: Span) -> None:
        self.log.append(("parted", tuple(span.peers)))

    def ready(self, span: Span) -> None:
        self.log.append(("ready", span.host))
        self.tell()

    def news(self, span: Span, before: dict[str, Afar], died: tuple[str, ...]) -> None:
        self.log.append(("news", (tuple(span.peers), died)))

    def wants(self, span: Span, prefixes: frozenset[bytes]) -> None:
        self.log.append(("wants", prefixes))

    def carried(self, span: Span, members: tuple[str, ...], frames: Frames, header: Header) -> None:
        self.log.append(("carried", (members, header.id, frames, self.now_ns())))

    def handled(self, member: str, ids: tuple[int, ...]) -> None:
        self.log.append(("handled", (member, ids)))

    def published(self, span: Span, frames: Frames, header: Header) -> None:
        self.log.append(("published", header.id))

    def posted(self, span: Span, frames: Frames, header: Header) -> None:
        self.log.append(("posted", (header.id, self.now_ns())))

    def forget(self, span: Span, group: str) -> None:
        self.log.append(("forget", group))

    def relayed(self, span: Span, frame: bytes) -> None:
        self.log.append(("relayed", frame))


class Wire:
    """Both roads between the laptop and the GPU: `delay_ms` each way, `mbits` a second together, and it can be cut.

    `late_ms`: what the road of pictures takes longer; neither keeps the order of the other."""

    def __init__(self, delay_ms: float = 24.0, mbits: float = 1_000.0) -> None:
        self.at_ns = 0
        self.delay_ms, self.mbits, self.late_ms = delay_ms, mbits, 0.0
        self.is_cut = False
        self.dead = ""
        """A road that takes all and delivers nothing."""
        self._free_ns: dict[str, int] = {}
        self._numbers = itertools.count()
        self._flying: list[tuple[int, int, Side, Road, Frames]] = []
        self.laptop = Side(self, "laptop", LAPTOP_NS)
        self.gpu = Side(self, "gpu", GPU_NS)

    def carry(self, side: Side, road: Road, frames: Frames) -> bool:
        if self.is_cut or road == self.dead:
            return True  # a socket takes it all the same, and loses it
        size = sum(map(len, frames))
        leaves = max(self.at_ns, self._free_ns.get(side.host, 0)) + int(size * 8 / self.mbits * 1e3)
        self._free_ns[side.host] = leaves
        other = self.gpu if side is self.laptop else self.laptop
        way_ms = self.delay_ms + (self.late_ms if road == "bulky" else 0.0)
        heapq.heappush(self._flying, (leaves + int(way_ms * MS), next(self._numbers), other, road, list(frames)))
        return True

    def cut(self) -> None:
        self.is_cut = True
        self._flying.clear()

    def mend(self) -> None:
        """The tunnel stands again: the side that calls sees a fresh connection."""
        self.is_cut = False
        self._free_ns.clear()
        self.laptop.span.begin()

    def run(self, ms: float) -> None:
        """Lets time pass."""
        until_ns = self.at_ns + int(ms * MS)
        while self.at_ns < until_ns:
            self.at_ns += MS
            while self._flying and self._flying[0][0] <= self.at_ns:
                _, _, side, road, frames = heapq.heappop(self._flying)
                side.span.take(road, frames)
            for side in (self.laptop, self.gpu):
                side.span.receipt()
                side.span.tick(side.now_ns())


def met(delay_ms: float = 24.0, mbits: float = 1_000.0) -> Wire:
    """A laptop that has an av-sync, and a GPU that has a tts, connected."""
    wire = Wire(delay_ms, mbits)
    wire.laptop.here = [afar("av-sync", "tts.audio")]
    wire.gpu.here = [afar("tts", "chunker.sentence")]
    wire.laptop.span.begin()
    wire.run(6 * delay_ms + 10)
    return wire


def carry(side: Side, number: int, topic: str = "tts.audio", size: int = 0, *, bulky: bool = False) -> None:
    frames = frames_of(topic, number, bytes(size), at_ns=side.now_ns())
    side.span.freight.carry("av-sync#1", frames, number, 0, topic, bulky=bulky)


def ids(side: Side) -> list[int]:
    return [number for _, number, _, _ in side.told("carried")]
