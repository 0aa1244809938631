"""Telling of tapped messages: turns copies into the lines that a tap prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from bus.clock import SECOND, now_ns
from bus.errors import Wrong
from remote.copy import Copy, as_json, as_line, field_of, plain
from remote.keeping import PictureFolder, SoundFile
from remote.kinds import KINDS
from remote.rates import Bandwidth, Delay, Hz, Seen, Window, describe
from topology.fault import nearest

Measure = Literal["hz", "bandwidth", "delay"]
HEADER_FIELDS = (
    "topic",
    "at",
    "source",
    "epoch",
    "seq",
    "id",
    "parent",
    "turn",
    "gen",
    "t0",
    "t",
    "host",
    "age_ms",
    "size",
)


class Teller(Protocol):
    """What a tap does with the copies that come."""

    def tell(self, copy: Copy | None) -> Iterator[str]:
        """Lines to print now; asked with None when nothing came for a while."""


class Lines:
    """A line for each message."""

    def __init__(self, topics: Sequence[str], *, as_objects: bool) -> None:
        self._width = max(map(len, topics))
        self._as_objects = as_objects

    def tell(self, copy: Copy | None) -> Iterator[str]:
        """One line."""
        if copy:
            yield json.dumps(as_json(copy), ensure_ascii=False) if self._as_objects else as_line(copy, self._width)


class Field:
    """One field of each message that has it."""

    def __init__(self, topics: Sequence[str], path: str, *, as_objects: bool) -> None:
        """Raises Wrong for a field that none of the topics can have."""
        self._path = path
        self._as_objects = as_objects
        kinds = [KINDS.get(topic) for topic in topics]
        known = [name for kind in kinds if kind for name in kind.__struct_fields__ if name != "payload"]
        first = path.partition(".")[0]
        if all(kinds) and first not in (*known, *HEADER_FIELDS):
            raise Wrong(f"no message of {', '.join(topics)} has a field {first!r}", nearest(first, known, "fields"))

    def tell(self, copy: Copy | None) -> Iterator[str]:
        """The bare value, or as JSON."""
        if copy is None:
            return
        try:
            value = field_of(copy, self._path)
        except LookupError:
            return
        yield json.dumps(value, ensure_ascii=False) if self._as_objects else plain(value)


class Meter:
    """Figures of each topic, once a second."""

    def __init__(self, topics: Sequence[str], measure: Measure, *, as_objects: bool) -> None:
        self._windows = {topic: Window(topic, now_ns()) for topic in topics}
        self._width = max(map(len, topics))
        self._measure = measure
        self._as_objects = as_objects
        self._due_ns = now_ns() + SECOND

    def tell(self, copy: Copy | None) -> Iterator[str]:
        """Figures when they are due."""
        if copy:
            seen = Seen(copy.seen_ns, copy.header.t, copy.size, copy.age_ms, copy.since_cause_ms, copy.error_ms)
            self._windows[copy.topic].add(seen)
        at = now_ns()
        if at < self._due_ns:
            return
        self._due_ns = max(self._due_ns + SECOND, at)
        for window in self._windows.values():
            match self._measure:
                case "hz":
                    figures: Hz | Bandwidth | Delay = window.hz(at)
                case "bandwidth":
                    figures = window.bandwidth(at)
                case "delay":
                    figures = window.delay(at)
            yield msgspec.json.encode(figures).decode() if self._as_objects else describe(figures, self._width)


class Keep:
    """Keeps sound or pictures; prints nothing meanwhile."""

    def __init__(self, place: SoundFile | PictureFolder) -> None:
        self._place = place

    def tell(self, copy: Copy | None) -> Iterator[str]:
        """Nothing."""
        if copy:
            self._place.add(copy)
        yield from ()
