"""Parcels that wait to cross to another hub, and the windows that bound what is under way. Pure.

A tunnel hides megabytes of queue: what is in it cannot be overtaken. So little is let in, and the rest waits here, where it
can grow stale, be replaced by something newer, or be overtaken.

What is let in is a rate of what arrives: as many bytes are under way as that rate carries in the quickest round trip. Both
rates together fit into the slowest line that a call is meant for, so no queue grows on the way, where pictures would stand
before sound. A voice made in one go (a whole reply in a blink) waits here, too, and its first mouths overtake it.

A window is not filled at once but over a round trip: of two parcels that set out together the second would stand behind the
first on the line, which is slower than this machine, and nothing could overtake it there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from bus.clock import MS, SECOND

Frames = list[bytes]
Road = Literal["swift", "bulky"]
"""Two connections, so that pictures never stand in the way of sound and words."""

ROADS: tuple[Road, ...] = ("swift", "bulky")
BYTES_PER_S: dict[Road, int] = {"swift": 2_000_000 // 8, "bulky": 2_500_000 // 8}
"""Well over twice the sound, and a third more than the mouth crops, that a call needs. (With 3.5 Mbit/s of pictures sound was
measured 5 ms later over 7 Mbit/s.)"""
GRAIN_BYTES = 8 * 1024
"""Under way besides: messages do not fill a window evenly, and near by a hub needs longer for an answer than the way does."""
MOST_BYTES = 256 * 1024
PACE = 0.8
"""So much of a window sets out in a round trip: both windows whole fill a line of 7 Mbit/s. (Measured over one: of 3 s of sound
made in a blink, beside mouths, p99 was 43 ms on the way instead of 48, the worst 44 instead of 65.)"""
CREDIT_NS = 5 * MS
"""A road that rested may have so much more of its pace at once: some short texts; and whoever looks at it comes a little late."""
KEEP = 3
"""Messages of one topic of the latest lane that may wait."""
KEEP_COPIES = 256
"""Copies for taps of one topic that may wait."""


def window_bytes(road: Road, trip_ns: int) -> int:
    """How much may be under way when the quickest round trip takes so long."""
    return min(MOST_BYTES, GRAIN_BYTES + BYTES_PER_S[road] * trip_ns // SECOND)


def size_of(frames: Iterable[bytes]) -> int:
    """Bytes that count against a window."""
    return sum(map(len, frames))


@dataclass(slots=True, eq=False)
class Parcel:
    """One message that is to cross. `newest`: only the newest few of this key are worth sending (None: all are)."""

    topic: str
    frames: list[bytes]
    size: int
    stale_ns: int = 0
    """0: never."""
    newest: tuple[bytes, str, int] | None = None
    """Topic frame, source (of a state; else empty), and how many of them may wait."""
    members: list[str] = field(default_factory=list)
    """For whom it is, when it is of the stream lane."""
    item_id: int = 0
    gen: int = 0
    """0: not fenced."""
    is_copy: bool = False
    """For a tap: it goes when nothing else waits."""
    place: int = 0
    """In the queue: set by the lane."""


class Lane:
    """What waits for one road, in order, and how much of it is under way."""

    def __init__(self, window_bytes: int) -> None:
        self.window_bytes = window_bytes
        self.trip_ns = 0
        """How long the quickest round trip takes."""
        self.is_paced = False
        """Something waits for nothing but its time."""
        self._free_ns = 0
        self._waiting: deque[Parcel] = deque()
        self._copies: deque[Parcel] = deque()
        self._by_item: dict[int, Parcel] = {}
        self._count = 0
        self._last: dict[str, int] = {}
        """Where the last parcel of each member stands."""
        self._sent_bytes = 0
        self._got_bytes = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._copies)

    def add(self, parcel: Parcel) -> list[Parcel]:
        """Takes a parcel in; gives those that it makes worthless. One item for several members crosses once, if that is in
        order for each of them."""
        if self._joins(parcel):
            return []
        self._count += 1
        parcel.place = self._count
        if parcel.item_id:
            self._by_item[parcel.item_id] = parcel
            self._last.update(dict.fromkeys(parcel.members, parcel.place))
        queue = self._copies if parcel.is_copy else self._waiting
        worthless = _crowded_out(queue, parcel)
        queue.append(parcel)
        return worthless

    def drop_below(self, below_gen: int) -> list[Parcel]:
        """Takes out, and gives, what waits of older generations: a reply that was cut must not stand before the next one."""
        old = [parcel for parcel in self._waiting if 0 < parcel.gen < below_gen]
        if old:
            self._waiting = deque(parcel for parcel in self._waiting if not 0 < parcel.gen < below_gen)
        for parcel in old:
            self._forget(parcel)
        return old

    def clear(self) -> list[Parcel]:
        """A fresh connection: nothing waits and nothing is under way. Gives what waited and will not come again: nobody keeps
        it, and it is no state (those are told again)."""
        lost = [p for p in (*self._waiting, *self._copies) if p.newest and not p.newest[1]]
        self._waiting.clear()
        self._copies.clear()
        self._by_item.clear()
        self._last.clear()
        self._sent_bytes = self._got_bytes = self._free_ns = 0
        return lost

    def got(self, total_bytes: int) -> None:
        """The other side has so much since the connection began."""
        self._got_bytes = max(self._got_bytes, min(total_bytes, self._sent_bytes))

    def outgoing(self, now_ns: int, send: Callable[[Parcel], bool]) -> Iterator[Parcel]:
        """Sends what the window lets through, until `send` refuses; gives those that went stale instead."""
        self.is_paced = False
        while queue := self._waiting or self._copies:
            parcel = queue[0]
            if parcel.stale_ns and now_ns > parcel.stale_ns:
                self._take(queue)
                yield parcel
                continue
            under_way = self._sent_bytes - self._got_bytes
            if under_way and under_way + parcel.size > self._room_for(parcel):
                return
            self.is_paced = now_ns < self._free_ns
            if self.is_paced or not send(parcel):
                return
            self._take(queue)
            self._sent_bytes += parcel.size
            self._free_ns = max(self._free_ns, now_ns - CREDIT_NS) + self._lasts_ns(parcel)

    def _joins(self, parcel: Parcel) -> bool:
        """Whether it goes with one of the same item that waits. On a fresh connection each consumer is given all that it has
        not finished, one consumer after the other: the end of a sentence, put there for the first, must not come to the
        second before the sound that was put there for it since."""
        same = self._by_item.get(parcel.item_id)
        if same is None:
            return False
        fresh = [member for member in parcel.members if member not in same.members]
        if any(self._last.get(member, 0) > same.place for member in fresh):
            return False
        same.members += fresh
        self._last.update(dict.fromkeys(fresh, same.place))
        return True

    def _room_for(self, parcel: Parcel) -> int:
        """The window; for a parcel of which it holds one it holds two, or the line would idle for a trip after each."""
        return max(self.window_bytes, 2 * parcel.size) if parcel.size <= self.window_bytes else self.window_bytes

    def _lasts_ns(self, parcel: Parcel) -> int:
        """Its part of a round trip, as it is of what sets out in one; a trip for the largest."""
        return int(self.trip_ns * min(parcel.size / (PACE * self.window_bytes), 1))

    def _take(self, queue: deque[Parcel]) -> None:
        self._forget(queue.popleft())

    def _forget(self, parcel: Parcel) -> None:
        if self._by_item.get(parcel.item_id) is parcel:
            del self._by_item[parcel.item_id]


def _crowded_out(queue: deque[Parcel], parcel: Parcel) -> list[Parcel]:
    """Takes out what is no longer worth sending when the parcel joins the queue."""
    if parcel.newest is None:
        return []
    key, keep = parcel.newest[:2], parcel.newest[2]
    same = [p for p in queue if p.newest and p.newest[:2] == key]
    worthless = same[: max(0, len(same) + 1 - keep)]
    for old in worthless:
        queue.remove(old)
    return worthless
