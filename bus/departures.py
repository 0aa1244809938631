"""Departures of a span: what is said goes first, and what waits goes when there is room for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bus.count import Count
from bus.crossing import Crossing, Posted, encode_crossing
from bus.freight import Freight
from bus.parcel import Frames, Parcel, Road
from bus.posts import Posts
from bus.slip import packed


class Departures:
    """One side's. `send(road, frames)` puts frames on a connection; False when it takes none now."""

    def __init__(
        self, send: Callable[[Road, Frames], bool], freight: Freight, count: Count, clock: Callable[[], int]
    ) -> None:
        self._send = send
        self._freight = freight
        self._count = count
        self._clock = clock
        self.posts = Posts()
        self._urgent: deque[Frames] = deque()

    def say(self, word: Crossing, *frames: bytes) -> None:
        """A word to the other side, after those that were said before it and before everything else."""
        whole = [encode_crossing(word), *frames]
        if self._urgent or not self._send("swift", whole):
            self._urgent.append(whole)

    def post(self, frames: Frames, *, now: bool) -> Frames | None:
        """A message of the control lane, said `now` or when both have met. Gives one that is kept no longer for it."""
        if now:
            self.say(Posted(), *frames)
        return self.posts.add(frames, self._clock() if now else 0)

    def post_again(self) -> None:
        """Those that were not said, or may not have come, and the connection is another since."""
        for frames in self.posts.again(self._clock()):
            self.say(Posted(), *frames)

    def hail(self, word: Crossing) -> None:
        """A word on the road of pictures; lost when it takes none now."""
        self._send("bulky", [encode_crossing(word)])

    def pump(self, at_ns: int, roads: Sequence[Road]) -> Iterator[Parcel]:
        """Sends what was said, then what may be sent on these roads now; gives what went stale instead."""
        while self._urgent:
            if not self._send("swift", self._urgent[0]):
                return
            self._urgent.popleft()
        for road in roads:
            yield from self._freight.outgoing(road, at_ns, partial(self._dispatch, road))

    def clear(self) -> list[Parcel]:
        """All of it is void. Gives what waited and will not come again."""
        self._urgent.clear()
        self.posts.lost()
        return self._freight.clear()

    def _dispatch(self, road: Road, parcel: Parcel) -> bool:
        if not parcel.members:
            copy, rest = packed(parcel.frames)
            return self._send(road, [encode_crossing(copy), *rest])
        word = self._count.word(road, tuple(parcel.members), self._clock())
        if not self._send(road, [encode_crossing(word), *parcel.frames]):
            return False
        self._count.sent(road)
        return True
