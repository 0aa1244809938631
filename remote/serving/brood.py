"""Brood of a service: every process that its command started, known by a mark in their environment, ended as a whole.

A process group would be quicker to find, and not whole: a server may start workers in groups of their own. The mark goes
on to whatever a process starts, and is still there when the one that started it is not.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator

import psutil

from bus.clock import SECOND, now_ns, sleep_ms
from bus.socket import SessionKeys

MARK = "AVATAR_SERVICE"
"""Environment variable of every process of a service."""
LOOK_MS = 20.0
KILL_S = 2.0


def mark_of(keys: SessionKeys, name: str = "") -> str:
    """The mark of a service of a session; without a name what the marks of all its services begin with. No key is in it."""
    return f"{hashlib.sha256(keys.hub_public.encode()).hexdigest()[:16]}:{name}"


def brood(mark: str, *, every: bool = False) -> list[psutil.Process]:
    """The processes that live under a mark. `every`: it is only the beginning of theirs."""
    return [p for p, found in _marked() if (found.startswith(mark) if every else found == mark)]


def end_brood(mark: str, patience_s: float, *, every: bool = False) -> int:
    """Asks them to end, kills those that have not after so long, and waits; gives how many had to be killed.

    Windows knows no asking: there they end at once.
    """
    asked = brood(mark, every=every)
    for process in asked:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    deadline = now_ns() + int(patience_s * SECOND)
    while (left := brood(mark, every=every)) and now_ns() < deadline:
        sleep_ms(LOOK_MS)
    killed = set()
    deadline = now_ns() + int(KILL_S * SECOND)
    while left and now_ns() < deadline:
        for process in left:
            killed.add(process.pid)
            with contextlib.suppress(psutil.Error):
                process.kill()
        sleep_ms(LOOK_MS)
        left = brood(mark, every=every)
    return len(killed)


def _marked() -> Iterator[tuple[psutil.Process, str]]:
    """Processes of this user with their mark. One that has ended and was not waited for has none any more."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            mark = process.environ().get(MARK)
            if mark and process.pid != os.getpid():
                yield process, mark
