"""Platform of this machine: what differs between Windows and the others when processes are started and ended."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """How a child gets a process group of its own, so that Ctrl-C reaches only the one in the foreground."""

    flags: int
    session: bool


MANY_FILES = 65_536

if sys.platform == "win32":
    new_group = Group(subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW, session=False)

    def allow_many_files() -> None:
        """There is no such limit here."""

else:
    import resource

    new_group = Group(0, session=True)

    def allow_many_files() -> None:
        """Lets this process and its children have as many connections as the system gives: often 1,024 are the default,
        and strangers who only knock take one each for 3 s."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, MANY_FILES)
        if resource.RLIM_INFINITY != soft < most:
            with contextlib.suppress(OSError, ValueError):  # macOS says yes to more than it gives
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def on_closing(end: Callable[[], None]) -> None:
    """Calls `end` when the person or the system wants this process to go: SIGTERM, a closed terminal (SIGHUP), and
    Ctrl-Break on Windows. A closed console window there runs no handler: the children's open stdin ends them."""
    names = ("SIGTERM", "SIGHUP", "SIGBREAK")
    for number in (getattr(signal, name, None) for name in names):
        if number is not None:
            signal.signal(number, lambda *_: end())
