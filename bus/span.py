"""Span between this hub and the one of another host: what crosses, in which order, and how each side knows the other.

It lives on two connections that a tunnel carries. Whenever they are made anew both sides meet afresh: they compare their
clocks, tell who is here and what is wanted, and carry again what had not been finished (whoever has it knows its id). So a
cut, of a second or of an hour, needs no other care. Nothing here knows sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from bus.border import Border
from bus.clock import MS, SECOND, now_ns
from bus.codec import Torn, decode_header, encode_header
from bus.count import Count
from bus.crossing import (
    Afar,
    Carry,
    Forget,
    Got,
    Handled,
    Left,
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
)
from bus.departures import Departures
from bus.envelope import shifted
from bus.errors import Broken
from bus.freight import Freight
from bus.offset import Offset
from bus.parcel import ROADS, Frames, Parcel, Road, size_of
from bus.slip import unpacked
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
        self._tally = tally
        self._clock = clock
        self._count = Count()
        self._departures = Departures(send, self.freight, self._count, clock)
        self._pinged_ns = self._caller = 0  # the caller: boot of the hub over there when it last called
        self._met_ns = 0  # of the side that connects: when it began
        self._is_ready = self._is_wide = False  # wide: the bulky connection is of this meeting

    # --- life -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The connection was made (again): says so first of all."""
        self._met_ns = self._clock()
        self._part(self._met_ns)
        self._meet()

    def widened(self) -> None:
        """The bulky connection was made (again): what was under way on the one before is lost."""
        if self._is_wide:
            self.begin()

    def leave(self) -> None:
        """The other side takes no part any more."""
        self._part(0)

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

    def _part(self, meeting: int) -> None:
        self.boot = 0
        self.open = self._is_ready = self._is_wide = False
        for lost in self._departures.clear():
            self._tally.add(lost.topic, "link")
        self._count.begin(meeting)
        self._border.parted(self)
        self.peers, self.wants = {}, frozenset()

    # --- out ------------------------------------------------------------------------------------------------------

    def tell(self, news: News, wants: Iterable[bytes], states: Iterable[Frames] = ()) -> None:
        """Who is here and what is wanted here. `states`: of those who went; their successors may be over there."""
        if self._is_ready:
            for frames in states:
                self._departures.say(Left(), *frames)
            self._departures.say(news)
            self._departures.say(Wants(tuple(wants)))

    def publish(
        self, frames: Frames, source: str, topic: str, *, state: bool, bulky: bool, is_copy: bool = False
    ) -> None:
        """A message of the latest or state lane, or a tap's copy."""
        for old in self.freight.publish(frames, source, topic, state=state, bulky=bulky, is_copy=is_copy):
            if not state:
                self._tally.add(old.topic, "link")

    def post(self, frames: Frames) -> None:
        """A message of the control lane: before everything else, and again in the next meeting when it may not have come."""
        if old := self._departures.post(frames, now=self.open):
            self._tally.add(old[0][:-1].decode(), "link")

    def finish(self, member: str, ids: Iterable[int]) -> None:
        """A member on this side has finished these."""
        self._departures.say(Handled(member, tuple(ids)))

    def forget(self, group: str) -> None:
        """A consumer is given up."""
        self._departures.say(Forget(group))

    def relay(self, frame: bytes) -> None:
        """A question to a peer over there, or the answer to one of theirs."""
        self._departures.say(Relay(), frame)

    def pump(self, at_ns: int) -> None:
        """Sends what may be sent now."""
        roads = () if not self.open else ROADS if self._is_wide else ROADS[:1]
        for stale in self._departures.pump(at_ns, roads):
            self._drop(stale, "stale")

    def raise_fence(self, below_gen: int) -> None:
        """What waits of older generations is void."""
        for old in self.freight.drop_below(below_gen):
            self._drop(old, "generation")

    def _drop(self, parcel: Parcel, reason: str) -> None:
        self._tally.add(parcel.topic, reason)
        for member in parcel.members:
            self._border.handled(member, (parcel.item_id,))

    def _meet(self) -> None:
        self._departures.say(msgspec.structs.replace(self._border.meet(self), meeting=self._count.meeting))

    def _ping(self) -> None:
        self._pinged_ns = self._clock()
        self._departures.say(Ping(self._pinged_ns))
        if self._met_ns and not self._is_wide:
            self._departures.hail(Opened(self._count.meeting))

    # --- in -------------------------------------------------------------------------------------------------------

    def take(self, road: Road, frames: Frames) -> None:
        """One word from the other side, with what follows it."""
        came_ns = self.heard_ns = self._clock()
        try:
            word = decode_crossing(frames[0] if frames else b"")
            if isinstance(word, Carry | Publish | Posted | Left):
                if self._is_of_this_meeting(word, road):
                    self._message(word, road, unpacked(word, frames[1:]))
                else:
                    self._tally.add(frames[1][:-1].decode(errors="replace") if frames[1:] else "?", "reconnect")
            elif self.boot or isinstance(word, Meet):
                self._understand(word, frames[1:], came_ns)
        except (Broken, Torn) as error:
            self._tally.add("?", "crossing", detail=str(error))

    def receipt(self) -> None:
        """Tells how much has arrived, when it is more than was told."""
        if got := self._count.receipt():
            self._departures.say(got)

    def _is_of_this_meeting(self, word: Carry | Publish | Posted | Left, road: Road) -> bool:
        """Whether it came over a connection on which both sides have met; when not all came before it, they meet anew."""
        if not (self.boot and (road == "swift" or self._is_wide)):
            return False
        follows = self._count.follows(road, word) if isinstance(word, Carry) else "next"
        if follows == "gap":
            if self._met_ns:
                self.begin()
            else:
                self._part(self._count.meeting)
        return follows == "next"

    def _message(self, word: Carry | Publish | Posted | Left, road: Road, frames: Frames) -> None:
        if not isinstance(word, Posted | Left):
            self._count.took(road, size_of(frames))
        _, header = decode_header(frames[:3])  # a tap's copy has its number behind them
        at_ns = self._clock()
        header = shifted(header, self.offset.ns(at_ns), self.offset.error_ns(at_ns))
        frames = [frames[0], encode_header(header), *frames[2:]]
        match word:
            case Carry(members=members, sent=sent):
                self.ways.took(road, at_ns - sent - self.offset.ns(at_ns))
                self._border.carried(self, members, frames, header)
            case Publish() | Left():
                self._border.published(self, frames, header)
            case Posted():
                self._border.posted(self, frames, header)

    def _understand(self, word: object, rest: Frames, came_ns: int) -> None:
        border = self._border
        match word:
            case Meet():
                self._met(word)
            case Ping(sent):
                self._departures.say(Pong(sent, came_ns, self._clock()))
            case Opened(meeting):
                self._opened(meeting)
            case Pong(sent, came, answered):
                self._ponged(sent, came, answered, came_ns)
            case News(peers, died):
                before, self.peers = self.peers, {peer.member: peer for peer in peers}
                self.open = True
                border.news(self, before, died)
                self._departures.post_again()
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
            if word.boot == self._caller and word.meeting < self._count.meeting:
                return  # of a connection before: it has begun again since
            self._caller = word.boot
            self._part(word.meeting)
            self._meet()
        elif word.meeting != self._count.meeting:
            return  # the answer comes late: it was asked again since
        self.host, self.boot, self.below_gen = word.host, word.boot, word.below_gen
        self.offset = Offset()
        self._ping()

    def _opened(self, meeting: int) -> None:
        if meeting == self._count.meeting:
            self._is_wide = True
            if not self._met_ns:
                self._departures.hail(Opened(self._count.meeting))

    def _ponged(self, sent: int, came: int, answered: int, back_ns: int) -> None:
        self.offset.heard(sent, came, answered, back_ns)
        self._departures.posts.came(sent)
        self.freight.widen(self.offset.quickest_ns)
        if self.offset.known and not self._is_ready:
            self._is_ready = True
            self._border.ready(self)
