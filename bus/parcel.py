"""Parcels that wait to cross to another hub, and the windows that bound what is under way. Pure.

A tunnel hides megabytes of queue: what is in it cannot be overtaken. So little is let in, as much as the other side has
said it got, and the rest waits here, where it can grow stale, be replaced by something newer, or be overtaken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Road = Literal["swift", "bulky"]
"""Two connections, so that pictures never stand in the way of sound and words."""

WINDOW_BYTES: dict[Road, int] = {"swift": 48 * 1024, "bulky": 48 * 1024}
"""Half a second of sound at 768 kbit/s; three or four mouth crops."""
KEEP = 3
"""Messages of one topic of the latest lane that may wait."""
KEEP_COPIES = 256
"""Copies for taps of one topic that may wait."""


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
    """Topic frame, source, and how many of them may wait."""
    members: list[str] = field(default_factory=list)
    """For whom it is, when it is of the stream lane."""
    item_id: int = 0


class Lane:
    """What waits for one road, in order, and how much of it is under way."""

    def __init__(self, window_bytes: int) -> None:
        self._window_bytes = window_bytes
        self._waiting: deque[Parcel] = deque()
        self._by_item: dict[int, Parcel] = {}
        self._sent_bytes = 0
        self._got_bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, parcel: Parcel) -> list[Parcel]:
        """Takes a parcel in; gives those that it makes worthless. One item for several members crosses once."""
        if parcel.item_id:
            same = self._by_item.get(parcel.item_id)
            if same is not None:
                same.members += parcel.members
                return []
            self._by_item[parcel.item_id] = parcel
        worthless = self._crowded_out(parcel) if parcel.newest else []
        self._waiting.append(parcel)
        return worthless

    def clear(self) -> None:
        """A fresh connection: nothing waits and nothing is under way."""
        self._waiting.clear()
        self._by_item.clear()
        self._sent_bytes = self._got_bytes = 0

    def got(self, total_bytes: int) -> None:
        """The other side has so much since the connection began."""
        self._got_bytes = max(self._got_bytes, min(total_bytes, self._sent_bytes))

    def outgoing(self, now_ns: int, send: Callable[[Parcel], bool]) -> Iterator[Parcel]:
        """Sends what the window lets through, until `send` refuses; gives those that went stale instead."""
        while self._waiting:
            parcel = self._waiting[0]
            if parcel.stale_ns and now_ns > parcel.stale_ns:
                self._take()
                yield parcel
                continue
            under_way = self._sent_bytes - self._got_bytes
            if under_way and under_way + parcel.size > self._window_bytes:
                return
            if not send(parcel):
                return
            self._take()
            self._sent_bytes += parcel.size

    def _take(self) -> None:
        parcel = self._waiting.popleft()
        self._by_item.pop(parcel.item_id, None)

    def _crowded_out(self, parcel: Parcel) -> list[Parcel]:
        assert parcel.newest
        key, keep = parcel.newest[:2], parcel.newest[2]
        same = [p for p in self._waiting if p.newest and p.newest[:2] == key]
        worthless = same[: max(0, len(same) + 1 - keep)]
        for old in worthless:
            self._waiting.remove(old)
        return worthless
