"""Continuity of what a recorder gets: which copies were lost on their way, which messages were never copied. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from bus.envelope import Header
from bus.exchange import CopyNumber

MOST_MISSING = 20_000
"""Numbers of one source that are remembered as missing; of more, those that come late are recorded twice at worst."""


@dataclass(slots=True)
class Run:
    """The messages of one source and topic in one epoch."""

    last: int
    missing: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands among those of its source. `first`..`last`: the numbers before it that did not come (none: 0);
    `again`: it was here before."""

    again: bool = False
    first: int = 0
    last: int = 0


class Continuity:
    """Numbers of copies and of messages in, losses out."""

    def __init__(self) -> None:
        self._boots: set[int] = set()
        """Of all hubs that copies came from. Those of several hosts alternate, and the last of a hub that died may come late."""
        self._copies: dict[tuple[int, str], int] = {}
        self._runs: dict[tuple[str, str, int], Run] = {}

    def joins(self, copy: CopyNumber) -> bool:
        """Whether this copy is the first that another hub made; a state that is told again is nobody's work."""
        if not copy.number or copy.boot in self._boots:
            return False
        self._boots.add(copy.boot)
        return True

    def lost(self, topic: str, copy: CopyNumber) -> int:
        """How many copies of the topic its hub made before this one that did not come. A tap hears of no copy before its first."""
        if not copy.number:
            return 0
        key = (copy.boot, topic)
        before = self._copies.get(key, copy.number - 1)
        self._copies[key] = max(copy.number, before)
        return max(0, copy.number - before - 1)

    def place(self, topic: str, header: Header) -> Place:
        """Takes a message in. After the death of a hub its sources send again what may have been lost."""
        key = (topic, header.source, header.epoch)
        run = self._runs.get(key)
        if run is None:
            self._runs[key] = Run(header.seq)
            return Place()
        if header.seq <= run.last:
            again = header.seq not in run.missing
            run.missing.discard(header.seq)
            return Place(again=again)
        first, last, run.last = run.last + 1, header.seq - 1, header.seq
        if first > last:
            return Place()
        run.missing.update(range(first, min(last, first + MOST_MISSING) + 1))
        if len(run.missing) > MOST_MISSING:
            run.missing = {seq for seq in run.missing if seq > run.last - MOST_MISSING}
        return Place(first=first, last=last)
