"""Shelf of logs: those of one host's part of a call, read on from wherever a reader was; what is asked over a connection too.

Whoever asks names no files: he gets what the logs of this call hold, of all or of one actor, and nothing else.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

CHUNK = 8_192
"""Bytes of a log that are read at once; a longer line is told in parts."""
PART_BYTES = 8_192
"""About so much is told at once (twice that, at the most): what crosses to another host delays what is said for as long."""


class Bookmark(msgspec.Struct, frozen=True):
    """How much of a log was told, and when what it held before was kept (ns of that file; -1: not looked at)."""

    place: int = 0
    kept_ns: int = -1


class ReadOn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Arguments of the verb "logs". `last`: of a log without a bookmark only about so many bytes; 0 is all."""

    marks: dict[str, Bookmark] = {}
    actor: str = ""
    """Only its log and those of its replicas; with a number ("tts#1") only that one."""
    names: tuple[str, ...] | None = None
    """Only these logs."""
    last: int = 0


class Part(msgspec.Struct, frozen=True):
    """What came next in a log: whole lines."""

    text: bytes
    mark: Bookmark


class Parts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer: by the log's name. `more`: there may be more already."""

    parts: dict[str, Part] = {}
    more: bool = False
    names: tuple[str, ...] = ()
    """All logs that are there."""


class Shelf:
    """The logs in a folder. What a log held before it was begun anew is in NAME.old.log (remote/child.py)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Whose logs there are."""
        return sorted({log.name.removesuffix(".log").removesuffix(".old") for log in self._folder.glob("*.log")})

    def read_on(self, wish: ReadOn, most: int = PART_BYTES) -> Parts:
        """What came since, up to about so many bytes of all logs together."""
        names = self.names()
        parts: dict[str, Part] = {}
        left = most
        for name in names:
            if not _wanted(name, wish):
                continue
            mark = wish.marks.get(name) or self._begin(name, wish.last)
            while left > 0 and (part := self._next(name, mark)).mark != mark:
                mark = part.mark
                left -= len(part.text)
                before = parts[name].text if name in parts else b""
                parts[name] = Part(before + part.text, mark)
        return Parts(parts=parts, more=left <= 0, names=tuple(names))

    def _begin(self, name: str, last: int) -> Bookmark:
        size, _ = _look(self._folder / f"{name}.log")
        _, kept_ns = _look(self._folder / f"{name}.old.log")
        if not 0 < last < size:
            return Bookmark()
        cut, _, _ = _whole_lines(self._folder / f"{name}.log", size - last).partition(b"\n")
        return Bookmark(size - last + len(cut) + 1, kept_ns)

    def _next(self, name: str, mark: Bookmark) -> Part:
        log, old = self._folder / f"{name}.log", self._folder / f"{name}.old.log"
        size, _ = _look(log)
        _, kept_ns = _look(old)
        if kept_ns != mark.kept_ns:
            text = _whole_lines(old, mark.place)
            return Part(text, Bookmark(mark.place + len(text), mark.kept_ns) if text else Bookmark(0, kept_ns))
        if size < mark.place:  # the disk was full: nothing was kept
            mark = Bookmark(0, kept_ns)
        text = _whole_lines(log, mark.place)
        return Part(text, Bookmark(mark.place + len(text), kept_ns))


def _wanted(log: str, wish: ReadOn) -> bool:
    return (not wish.actor or belongs(log, wish.actor)) and (wish.names is None or log in wish.names)


def belongs(log: str, actor: str) -> bool:
    """Whether a log is that actor's, or a replica's of it."""
    return actor in (log, log.partition("#")[0])


def _look(log: Path) -> tuple[int, int]:
    """Size in bytes, and the time of the last writing in ns; zeros when it is not there."""
    try:
        status = log.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _whole_lines(log: Path, place: int) -> bytes:
    """What stands in a file behind `place`, without one that is still being written; of a long line a part."""
    try:
        with log.open("rb") as file:
            file.seek(place)
            data = file.read(CHUNK)
    except FileNotFoundError:
        return b""
    return data[: data.rfind(b"\n") + 1] or (data if len(data) == CHUNK else b"")
