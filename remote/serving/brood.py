"""Brood of a service: every process that its command started, known by a mark in their environment, ended as a whole.

A process group would be quicker to find, and not whole: a server may start workers in groups of their own. The mark goes
on to whatever a process starts, and is still there when the one that started it is not. It names the attendant, too: of one
service two may run side by side, and what a dead one has left is told from what a living one runs.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator

import psutil

from bus.clock import SECOND, now_ns, sleep_ms
from bus.socket import SessionKeys
from remote.mark import Mark

MARK = "AVATAR_SERVICE"
"""Environment variable of every process of a service."""
LOOK_MS = 20.0
KILL_S = 2.0


def mark_of(keys: SessionKeys, name: str = "", attendant: Mark | None = None) -> str:
    """The mark of a service of a session under one attendant. Without that, and without a name, what the marks of all of them
    begin with. No key is in it."""
    session = f"{hashlib.sha256(keys.hub_public.encode()).hexdigest()[:16]}:"
    if not name:
        return session
    return f"{session}{name}:" + (f"{attendant.pid}:{attendant.started!r}" if attendant else "")


def mark_of_session(mark: str) -> str:
    """What the marks of all services of the same session begin with."""
    return mark.partition(":")[0] + ":"


def brood(mark: str, *, every: bool = False, orphans: bool = False) -> list[psutil.Process]:
    """The processes that live under a mark. `every`: it is only the beginning of theirs; `orphans`: of those, the ones whose
    attendant is dead."""
    if orphans:
        return [p for p, found in _marked() if found.startswith(mark) and _is_orphan(found)]
    return [p for p, found in _marked() if (found.startswith(mark) if every else found == mark)]


def end_brood(mark: str, patience_s: float, *, every: bool = False, orphans: bool = False) -> int:
    """Asks them to end, kills those that have not after so long, and waits; gives how many had to be killed.

    Windows knows no asking: there they end at once.
    """
    asked = brood(mark, every=every, orphans=orphans)
    for process in asked:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    deadline = now_ns() + int(patience_s * SECOND)
    while (left := brood(mark, every=every, orphans=orphans)) and now_ns() < deadline:
        sleep_ms(LOOK_MS)
    killed = set()
    deadline = now_ns() + int(KILL_S * SECOND)
    while left and now_ns() < deadline:
        for process in left:
            killed.add(process.pid)
            with contextlib.suppress(psutil.Error):
                process.kill()
        sleep_ms(LOOK_MS)
        left = brood(mark, every=every, orphans=orphans)
    return len(killed)


def _is_orphan(mark: str) -> bool:
    try:
        pid, started = mark.split(":")[-2:]
        return not Mark(int(pid), float(started)).alive
    except ValueError:  # somebody else's variable
        return False


def _marked() -> Iterator[tuple[psutil.Process, str]]:
    """Processes of this user with their mark. One that has ended and was not waited for has none any more."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            mark = process.environ().get(MARK)
            if mark and process.pid != os.getpid():
                yield process, mark
