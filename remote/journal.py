"""Journal of a call: what its processes logged, merged by time, while it runs and after it has ended."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from bus.clock import sleep_ms, wall_time
from bus.errors import Broken, Wrong
from remote.far.place import FAR, is_actor
from remote.session import Session, sessions_folder
from remote.shelf import Bookmark, ReadOn, Shelf, belongs
from topology.fault import nearest

LOOK_MS = 200.0
_ENTRY = re.compile(r"(?P<at>\d{4}-\d\d-\d\dT[\d:.]+Z) (?P<level>\w+) +(?P<who>\S+)#(?P<epoch>\d+) (?P<text>.*)", re.S)
_SPAN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|m|h|d)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Entry(msgspec.Struct, frozen=True):
    """One entry of a log, with the lines that belong to it, such as a traceback. `at` is empty for lines of a library
    that came before any entry."""

    at: str
    level: str
    actor: str
    epoch: int
    text: str

    def line(self) -> str:
        """As a person reads it."""
        return f"{self.at} {self.level:<7} {self.actor:<12} {self.text}"


def session_with_logs(name: str = "") -> Session:
    """The session of that name, the one that runs, or the last one that ran. Raises Wrong."""
    folder = sessions_folder()
    found = sorted(folder.glob("*/logs"), key=lambda f: f.stat().st_mtime) if folder.is_dir() else []
    names = [f.parent.name for f in found]
    if name:
        if name not in names:
            raise Wrong(f"no call named {name!r} has run", nearest(name, sorted(names), "calls"))
        return Session(name)
    running = [n for n in names if Session(n).lives()]
    if len(running) > 1:
        return Session.find()  # says which ones there are
    if not names:
        raise Wrong("no call has run yet", "start one: avatar up topology/local.toml")
    return Session((running or names)[-1])


def since_of(text: str, now: datetime) -> str:
    """The time so long ago, or the time itself, as in the logs. Raises Wrong."""
    if span := _SPAN.fullmatch(text):
        at = now - timedelta(**{_UNITS[span["unit"]]: float(span["number"])})
    else:
        try:
            at = datetime.fromisoformat(text).astimezone(now.tzinfo)
        except ValueError:
            raise Wrong(
                f"--since {text!r} is no time", 'write "30s", "5m", "2h", or a time such as 2026-01-31T20:15'
            ) from None
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def entries_of(lines: Iterable[str], actor: str, last: Entry | None = None) -> Iterator[Entry]:
    """Entries of one log. Lines that begin none belong to the one before: `last`, when they come first."""
    at, level, epoch = (last.at, last.level, last.epoch) if last else ("", "", 0)
    text: list[str] = []
    for line in lines:
        if found := _ENTRY.fullmatch(line):
            if text:
                yield Entry(at, level, actor, epoch, "\n".join(text))
            at, level, epoch, text = found["at"], found["level"], int(found["epoch"]), [found["text"]]
        else:
            text.append(line)
    if text:
        yield Entry(at, level, actor, epoch, "\n".join(text))


class Chosen:
    """Which entries a person wants to see."""

    def __init__(self, *, since: str = "", pattern: str = "") -> None:
        """`since`: "5m" or a time; `pattern`: a regular expression. Raises Wrong."""
        self._since = since_of(since, wall_time()) if since else ""
        try:
            self._pattern = re.compile(pattern)
        except re.error as error:
            raise Wrong(
                f"--grep {pattern!r} is no regular expression: {error}", "write \\ before . ( [ * + ?"
            ) from None

    def __call__(self, entry: Entry) -> bool:
        return entry.at >= self._since and bool(self._pattern.search(entry.line()))


class Elsewhere(Protocol):
    """Logs on another host."""

    host: str
    names: tuple[str, ...]

    def fresh(self) -> tuple[dict[str, bytes], bool]:
        """What came since it was asked last, by log, and whether there may be more. Raises Broken when it cannot be had."""


class Journal:
    """The logs of a session. `actor`: only its log and those of its replicas; with a number ("tts#1") only that one."""

    def __init__(self, session: Session, actor: str = "", elsewhere: Sequence[Elsewhere] = ()) -> None:
        """`elsewhere`: those of other hosts that are told too. Raises Wrong for an actor that has no log."""
        self._shelf = Shelf(session.logs)
        self._elsewhere = elsewhere
        self._actor = actor
        self._marks: dict[str, Bookmark] = {}
        """How much of each log was told."""
        self._lasts: dict[tuple[str, str], Entry] = {}
        """By host and log: one that moved has two."""
        self.away: dict[str, str] = {}
        """Hosts whose logs cannot be had now, and why."""
        self._early = self._from_elsewhere()
        here = self._shelf.names()
        names = sorted({*map(shown, here), *here, *(name for each in elsewhere for name in each.names)})
        if actor and not self.away and not any(_is_of(name, actor) for name in names):
            raise Wrong(f"there is no log of {actor!r} in {session.name}", nearest(actor, names, "logs"))

    def fresh(self) -> list[Entry]:
        """What was logged since it was asked last, by time."""
        entries = [*self._early, *self._from_here()]
        self._early = []
        return sorted([*entries, *self._from_elsewhere()], key=lambda entry: entry.at)

    def follow(self, alive: Callable[[], object]) -> Iterator[Entry | None]:
        """What is logged from now on, until the call has ended; None after each look."""
        while True:
            lives = alive()
            yield from self.fresh()
            yield None
            if not lives:
                return
            sleep_ms(LOOK_MS)

    def _from_here(self) -> Iterator[Entry]:
        names = [name for name in self._shelf.names() if not self._actor or _is_of(name, self._actor)]
        told = self._shelf.read_on(ReadOn(marks=self._marks, names=tuple(names)), most=sys.maxsize)
        for name, part in told.parts.items():
            self._marks[name] = part.mark
            yield from self._entries("", name, part.text)

    def _from_elsewhere(self) -> list[Entry]:
        entries: list[Entry] = []
        for each in self._elsewhere:
            more = True
            try:
                while more:
                    texts, more = each.fresh()
                    for name, text in texts.items():
                        entries += self._entries(each.host, name, text)
                self.away.pop(each.host, None)
            except Broken as error:
                self.away[each.host] = error.what
        return entries

    def _entries(self, host: str, log: str, text: bytes) -> list[Entry]:
        lines = text.decode(errors="replace").splitlines()
        found = list(entries_of(lines, shown(log), self._lasts.get((host, log))))
        if found:
            self._lasts[host, log] = found[-1]
        return found


def shown(log: str) -> str:
    """The name for people: what is kept of an actor's log on another host (remote/far/shelf.py) is that actor's."""
    return log.partition(FAR)[0] if is_actor(log) else log


def _is_of(log: str, actor: str) -> bool:
    return belongs(log, actor) or belongs(shown(log), actor)
