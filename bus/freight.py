"""Freight of a span: what waits to cross on each of its two roads. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bus.parcel import KEEP, KEEP_COPIES, ROADS, Frames, Lane, Parcel, Road, size_of, window_bytes


class Freight:
    """Both lanes of it."""

    def __init__(self) -> None:
        self._lanes: dict[Road, Lane] = {road: Lane(window_bytes(road, 0)) for road in ROADS}

    def carry(
        self, member: str, frames: Frames, item_id: int, stale_ns: int, topic: str, *, bulky: bool, gen: int = 0
    ) -> None:
        """A stream message to a member over there; it waits until there is room, or until the fence is above `gen` (0: none)."""
        size = size_of(frames)
        parcel = Parcel(topic, frames, size, stale_ns, members=[member], item_id=item_id, gen=gen)
        self._lanes["bulky" if bulky else "swift"].add(parcel)

    def publish(
        self, frames: Frames, source: str, topic: str, *, state: bool, bulky: bool, is_copy: bool = False
    ) -> list[Parcel]:
        """A message of the latest or state lane, or a tap's copy; when there is no room only the newest wait. Gives the others."""
        key = (frames[0], source if state else "", 1 if state else KEEP_COPIES if is_copy else KEEP)
        parcel = Parcel(topic, frames, size_of(frames), newest=key, is_copy=is_copy)
        return self._lanes["bulky" if bulky else "swift"].add(parcel)

    def outgoing(self, road: Road, at_ns: int, send: Callable[[Parcel], bool]) -> Iterator[Parcel]:
        """Sends what the window of a road lets through, until `send` refuses; gives those that went stale instead."""
        return self._lanes[road].outgoing(at_ns, send)

    def drop_below(self, below_gen: int) -> list[Parcel]:
        """Takes out, and gives, what waits of older generations."""
        return [old for lane in self._lanes.values() for old in lane.drop_below(below_gen)]

    def got(self, road: Road, total_bytes: int) -> None:
        """The other side has so much since the connection began."""
        self._lanes[road].got(total_bytes)

    def widen(self, trip_ns: int) -> None:
        """How long the quickest round trip takes: the windows are as wide as that needs."""
        for road, lane in self._lanes.items():
            lane.window_bytes, lane.trip_ns = window_bytes(road, trip_ns), trip_ns

    @property
    def is_paced(self) -> bool:
        """Whether something waits for nothing but its time."""
        return any(lane.is_paced for lane in self._lanes.values())

    def clear(self) -> list[Parcel]:
        """Fresh connections: nothing waits and nothing is under way. Gives what waited and will not come again."""
        return [lost for lane in self._lanes.values() for lost in lane.clear()]
