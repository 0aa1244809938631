"""Journal of a call: what its processes logged, merged by time, while it runs and after it has ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bus.clock import sleep_ms, wall_time
from bus.errors import Wrong
from remote.session import Session, sessions_folder
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


class Journal:
    """The logs of a session. `actor`: only its log and those of its replicas; with a number ("tts#1") only that one."""

    def __init__(self, session: Session, actor: str = "") -> None:
        """Raises Wrong for an actor that has no log."""
        self._logs = session.logs
        self._actor = actor
        self._places: dict[str, tuple[int, int]] = {}
        """How much of each log was told, and when what it held before was kept; by actor."""
        self._lasts: dict[str, Entry] = {}
        names = _actors(self._logs)
        if actor and not any(_belongs(name, actor) for name in names):
            raise Wrong(f"there is no log of {actor!r} in {session.name}", nearest(actor, names, "logs"))

    def fresh(self) -> list[Entry]:
        """What was logged since it was asked last, by time."""
        entries: list[Entry] = []
        for actor in self._actors():
            found = list(entries_of(self._read(actor), actor, self._lasts.get(actor)))
            if found:
                self._lasts[actor] = found[-1]
            entries += found
        return sorted(entries, key=lambda entry: entry.at)

    def follow(self, alive: Callable[[], object]) -> Iterator[Entry]:
        """What is logged from now on, until the call has ended."""
        while True:
            lives = alive()
            yield from self.fresh()
            if not lives:
                return
            sleep_ms(LOOK_MS)

    def _actors(self) -> list[str]:
        return [name for name in _actors(self._logs) if not self._actor or _belongs(name, self._actor)]

    def _read(self, actor: str) -> list[str]:
        """Whole lines that are new. What a log held before it was begun anew is in NAME.old.log (remote/child.py)."""
        log, old = self._logs / f"{actor}.log", self._logs / f"{actor}.old.log"
        size, _ = _look(log)
        _, kept_ns = _look(old)
        place, known_ns = self._places.get(actor, (0, -1))
        before = b""
        if kept_ns != known_ns:
            before, place = _whole_lines(old, place), 0
        elif size < place:  # the disk was full: nothing was kept
            place = 0
        fresh = _whole_lines(log, place)
        self._places[actor] = (place + len(fresh), kept_ns)
        return (before + fresh).decode(errors="replace").splitlines()


def _belongs(log: str, actor: str) -> bool:
    return actor in (log, log.partition("#")[0])


def _look(log: Path) -> tuple[int, int]:
    """Size in bytes, and the time of the last writing in ns; zeros when it is not there."""
    try:
        status = log.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _whole_lines(log: Path, place: int) -> bytes:
    """What stands in a file behind `place`, without a line that is still being written."""
    try:
        with log.open("rb") as file:
            file.seek(place)
            data = file.read()
    except FileNotFoundError:
        return b""
    return data[: data.rfind(b"\n") + 1]


def _actors(logs: Path) -> list[str]:
    return sorted({log.name.removesuffix(".log").removesuffix(".old") for log in logs.glob("*.log")})
