"""Span between this hub and the one of another host: what crosses, in which order, and how each side knows the other.

It lives on two connections that a tunnel carries. Whenever they are made anew both sides meet afresh: they compare their
clocks, tell who is here and what is wanted, and carry again what had not been finished (whoever has it knows its id). So a
cut, of a second or of an hour, needs no other care. Nothing here knows sockets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from bus.border import Border
from bus.clock import MS, SECOND, now_ns
from bus.codec import Torn, decode_header, encode_header
from bus.crossing import (
    Afar,
    Carry,
    Crossing,
    Forget,
    Got,
    Handled,
    Meet,
    News,
    Opened,
    Ping,
    Pong,
    Posted,
    Publish,
    Relay,
    Wants,
    decode_crossing,
    encode_crossing,
)
from bus.envelope import shifted
from bus.errors import Broken
from bus.freight import Freight
from bus.offset import Offset
from bus.parcel import ROADS, Frames, Parcel, Road, size_of
from bus.slip import packed, unpacked
from bus.tally import Tally
from bus.ways import Ways

PING_NS = 200 * MS
FIRST_PINGS_NS = 40 * MS
"""Until it is known how well the clocks are known."""
MEET_AGAIN_NS = SECOND
QUIET_NS = 3 * SECOND
"""After so long without a word the other side counts as out of reach."""


class Span:
    """One side of it. `send(road, frames)` puts frames on a connection; False when it takes none now."""

    def __init__(
        self,
        host: str,
        border: Border,
        send: Callable[[Road, Frames], bool],
        tally: Tally,
        clock: Callable[[], int] = now_ns,
    ) -> None:
        self.host = host
        """Name of the other host; empty until it said so."""
        self.boot = 0
        """Of the hub over there; 0: not met."""
        self.below_gen = 0
        """The fence as it stood there when they met."""
        self.peers: dict[str, Afar] = {}
        """Who is there, by member."""
        self.wants: frozenset[bytes] = frozenset()
        self.offset = Offset()
        self.ways = Ways()
        self.freight = Freight()
        self.heard_ns = 0
        self.open = False
        """It has told who is there: messages may cross to it."""
        self._border = border
        self._send = send
        self._tally = tally
        self._clock = clock
        self._urgent: deque[Frames] = deque()
        self._got: dict[Road, int] = {"swift": 0, "bulky": 0}
        self._told_got = dict(self._got)
        self._pinged_ns = self._meeting = 0
        self._met_ns = 0  # of the side that connects: when it began
        self._is_ready = self._is_wide = False  # wide: the bulky connection is of this meeting

    # --- life -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The connection was made (again): says so first of all."""
        self._part()
        self._met_ns = self._meeting = self._clock()
        self._meet()

    def widened(self) -> None:
        """The bulky connection was made (again): what was under way on the one before is lost."""
        if self._is_wide:
            self.begin()

    def tick(self, at_ns: int) -> None:
        """Time has passed."""
        if self.boot and at_ns - self._pinged_ns >= (PING_NS if self.offset.settled else FIRST_PINGS_NS):
            self._ping()
        elif not self.boot and self._met_ns and at_ns - self._met_ns > MEET_AGAIN_NS:
            self.begin()
        self.pump(at_ns)

    def wanted(self, topic: bytes) -> bool:
        """Whether the other side wants messages with this first frame."""
        return any(topic.startswith(prefix) for prefix in self.wants)

    def is_quiet(self, at_ns: int) -> bool:
        """Whether nothing has been heard for so long that the other side is out of reach."""
        return at_ns - self.heard_ns > QUIET_NS

    def _part(self) -> None:
        self.boot = 0
        self.open = self._is_ready = self._is_wide = False
        self.freight.clear()
        self._urgent.clear()
        self._got = {"swift": 0, "bulky": 0}
        self._told_got = dict(self._got)
        self._border.parted(self)
        self.peers, self.wants = {}, frozenset()

    # --- out ------------------------------------------------------------------------------------------------------

    def tell(self, peers: Iterable[Afar], died: Iterable[str], wants: Iterable[bytes]) -> None:
        """Who is here and what is wanted here, whenever it changes."""
        if self._is_ready:
            self._say(News(tuple(peers), tuple(died)))
            self._say(Wants(tuple(wants)))

    def publish(
        self, frames: Frames, source: str, topic: str, *, state: bool, bulky: bool, is_copy: bool = False
    ) -> None:
        """A message of the latest or state lane, or a tap's copy."""
        for old in self.freight.publish(frames, source, topic, state=state, bulky=bulky, is_copy=is_copy):
            if not state:
                self._tally.add(old.topic, "link")

    def post(self, frames: Frames) -> None:
        """A message of the control lane: before everything else."""
        self._say(Posted(), *frames)

    def finish(self, member: str, ids: Iterable[int]) -> None:
        """A member on this side has finished these."""
        self._say(Handled(member, tuple(ids)))

    def forget(self, group: str) -> None:
        """A consumer is given up."""
        self._say(Forget(group))

    def relay(self, frame: bytes) -> None:
        """A question to a peer over there, or the answer to one of theirs."""
        self._say(Relay(), frame)

    def pump(self, at_ns: int) -> None:
        """Sends what may be sent now."""
        while self._urgent:
            if not self._send("swift", self._urgent[0]):
                return
            self._urgent.popleft()
        if not self.open:
            return
        for road in ROADS if self._is_wide else ROADS[:1]:
            for stale in self.freight.outgoing(road, at_ns, partial(self._dispatch, road)):
                self._drop(stale, "stale")

    def raise_fence(self, below_gen: int) -> None:
        """What waits of older generations is void."""
        for old in self.freight.drop_below(below_gen):
            self._drop(old, "generation")

    def _drop(self, parcel: Parcel, reason: str) -> None:
        self._tally.add(parcel.topic, reason)
        for member in parcel.members:
            self._border.handled(member, (parcel.item_id,))

    def _dispatch(self, road: Road, parcel: Parcel) -> bool:
        members, frames = tuple(parcel.members), parcel.frames
        word, rest = (Carry(members, self._clock()), frames) if members else packed(frames)
        return self._send(road, [encode_crossing(word), *rest])

    def _meet(self) -> None:
        self._say(msgspec.structs.replace(self._border.meet(self), meeting=self._meeting))

    def _ping(self) -> None:
        self._pinged_ns = self._clock()
        self._say(Ping(self._pinged_ns))
        if self._met_ns and not self._is_wide:
            self._hail()

    def _hail(self) -> None:
        self._send("bulky", [encode_crossing(Opened(self._meeting))])

    def _say(self, word: Crossing, *frames: bytes) -> None:
        whole = [encode_crossing(word), *frames]
        if self._urgent or not self._send("swift", whole):
            self._urgent.append(whole)

    # --- in -------------------------------------------------------------------------------------------------------

    def take(self, road: Road, frames: Frames) -> None:
        """One word from the other side, with what follows it."""
        came_ns = self.heard_ns = self._clock()
        try:
            word = decode_crossing(frames[0] if frames else b"")
            if not self.boot and not isinstance(word, Meet):
                return  # of a connection that is no more
            if road == "bulky" and not self._is_wide and not isinstance(word, Opened):
                return
            if isinstance(word, Carry | Publish | Posted):
                self._message(word, road, unpacked(word, frames[1:]))
            else:
                self._understand(word, frames[1:], came_ns)
        except (Broken, Torn) as error:
            self._tally.add("?", "crossing", detail=str(error))

    def receipt(self) -> None:
        """Tells how much has arrived, when it is more than was told."""
        if self._got != self._told_got:
            self._told_got = dict(self._got)
            self._say(Got(self._got["swift"], self._got["bulky"]))

    def _message(self, word: Carry | Publish | Posted, road: Road, frames: Frames) -> None:
        if not isinstance(word, Posted):
            self._got[road] += size_of(frames)
        _, header = decode_header(frames[:3])  # a tap's copy has its number behind them
        at_ns = self._clock()
        header = shifted(header, self.offset.ns(at_ns), self.offset.error_ns(at_ns))
        frames = [frames[0], encode_header(header), *frames[2:]]
        match word:
            case Carry(members, sent):
                self.ways.took(road, at_ns - sent - self.offset.ns(at_ns))
                self._border.carried(self, members, frames, header)
            case Publish():
                self._border.published(self, frames, header)
            case Posted():
                self._border.posted(self, frames, header)

    def _understand(self, word: object, rest: Frames, came_ns: int) -> None:
        border = self._border
        match word:
            case Meet():
                self._met(word)
            case Ping(sent):
                self._say(Pong(sent, came_ns, self._clock()))
            case Opened(meeting):
                self._opened(meeting)
            case Pong(sent, came, answered):
                self._ponged(sent, came, answered, came_ns)
            case News(peers, died):
                before, self.peers = self.peers, {peer.member: peer for peer in peers}
                self.open = True
                border.news(self, before, died)
            case Wants(prefixes):
                wanted = frozenset(prefixes)
                border.wants(self, wanted)
                self.wants = wanted
            case Handled(member, ids):
                border.handled(member, ids)
            case Got(swift, bulky):
                self.freight.got("swift", swift)
                self.freight.got("bulky", bulky)
            case Forget(group):
                border.forget(self, group)
            case Relay() if rest:
                border.relayed(self, rest[0])
            case _:
                raise Broken(f"{type(word).__name__} without what belongs to it")

    def _met(self, word: Meet) -> None:
        if not self._met_ns:  # the side that listens: the other one has begun
            self._part()
            self._meeting = word.meeting
            self._meet()
        elif word.meeting != self._meeting:
            return  # the answer comes late: it was asked again since
        self.host, self.boot, self.below_gen = word.host, word.boot, word.below_gen
        self.offset = Offset()
        self._ping()

    def _opened(self, meeting: int) -> None:
        if meeting == self._meeting:
            self._is_wide = True
            if not self._met_ns:
                self._hail()

    def _ponged(self, sent: int, came: int, answered: int, back_ns: int) -> None:
        self.offset.heard(sent, came, answered, back_ns)
        self.freight.widen(self.offset.quickest_ns)
        if self.offset.known and not self._is_ready:
            self._is_ready = True
            self._border.ready(self)
