"""Watching of a plan file and of the files that its settings name: what is saved is applied to the running call.

It looks at the files themselves, three times a second: that works on every system and for every editor, also for those that
write a new file and rename it. What two looks found the same is whole; what is gone may come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from bus.clock import MS, SECOND
from bus.errors import Broken
from remote.applied import NOTHING, Applied, applied_lines
from remote.wish import Wish
from topology.fault import Fault
from topology.plan import Plan
from topology.reading import examine
from topology.settings import files_of

LOOK_NS = 300 * MS
AGAIN_NS = SECOND
"""How often a faulty plan is read again: what it lacks may be a file that nobody knows of yet."""
GONE_NS = 3 * SECOND

Seen = tuple[object, ...]


class Watching:
    """Turns saved files into wishes. `tell` shows a line to the person, `warn` one of an error; none of them ends the call."""

    def __init__(self, path: Path, running: Plan, tell: Callable[[str], None], warn: Callable[[str], None]) -> None:
        self._path = path
        self._known: Plan | None = running
        """What the call was started with, or was last asked for."""
        self._files = files_of(running)
        self._tell = tell
        self._warn = warn
        self._looked_ns = 0
        self._there_ns = 0
        """When the plan was last there."""
        self._seen: Seen = ()
        self._read: Seen = ()
        """What was seen when the plan was last read."""
        self._faulty_ns = 0
        """When a faulty plan was last read; 0: it was good."""
        self._warned = ""
        self._wish: Wish | None = None

    def look(self, ask: Callable[[Wish], Applied], at_ns: int) -> None:
        """Looks when it is time to. `ask` tells the call of a wish and how far it is; it may raise Broken."""
        if at_ns - self._looked_ns < LOOK_NS:
            return
        self._looked_ns = at_ns
        if self._wish is not None:
            self._follow(self._wish, ask)
        elif self._is_settled(at_ns) and self._is_news(at_ns):
            self._wish = self._wished(at_ns)
            if self._wish is not None:
                self._follow(self._wish, ask)

    def _is_settled(self, at_ns: int) -> bool:
        """Whether the files are whole: there, and as they were at the last look."""
        try:
            plan = hashlib.sha256(self._path.read_bytes()).digest()
        except OSError:  # saved by rename just now, or locked by the editor for a moment
            self._there_ns = self._there_ns or at_ns
            if at_ns - self._there_ns > GONE_NS:
                self._warn_once(f"{self._path}: the plan cannot be read any more; the call goes on as it is")
            return False
        self._there_ns = at_ns
        before, self._seen = self._seen, (plan, *map(_look_of, self._files))
        return self._seen == before

    def _is_news(self, at_ns: int) -> bool:
        return self._seen != self._read or (self._faulty_ns > 0 and at_ns - self._faulty_ns > AGAIN_NS)

    def _wished(self, at_ns: int) -> Wish | None:
        """A wish for the plan as it is now, when it is good and another one than before."""
        before, self._read = self._read, self._seen
        plan, faults = examine(self._path)
        errors = [fault for fault in faults if not fault.warning]
        if plan is None or errors:
            self._faulty_ns = at_ns
            self._warn_once(_told(errors))
            return None
        self._faulty_ns, self._warned = 0, ""
        self._files = files_of(plan)
        if plan != self._known:
            self._known = plan
            return Wish(at_ns, plan)
        if before and before[0] != self._read[0]:  # only its comments are others, or an error was taken back
            self._tell(NOTHING)
        return None

    def _follow(self, wish: Wish, ask: Callable[[Wish], Applied]) -> None:
        try:
            applied = ask(wish)
        except Broken:  # a hub on its way back: it is asked again
            return
        if not applied.over:
            return
        self._wish = None
        if applied.phase == "busy":  # somebody else's plan: this one comes after it
            self._known, self._read = None, ()
        elif applied.what:
            todo = f"\n    {applied.todo}" if applied.todo else ""
            self._warn(f"refused, nothing has changed: {applied.what}{todo}")
        else:
            for line in applied_lines(applied, dry_run=False):
                self._tell(line)

    def _warn_once(self, what: str) -> None:
        if what != self._warned:
            self._warned = what
            self._warn(what)


def _look_of(file: Path) -> object:
    """What changes when a file does: cheap, it is asked for often."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _told(errors: list[Fault]) -> str:
    return "\n".join([*map(str, errors), "the call goes on as it is"])
