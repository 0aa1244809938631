"""Platform of this machine: what differs between Windows and the others when processes are started and ended."""

from __future__ import annotations

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


if sys.platform == "win32":
    new_group = Group(subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW, session=False)
else:
    new_group = Group(0, session=True)


def on_closing(end: Callable[[], None]) -> None:
    """Calls `end` when the person or the system wants this process to go: SIGTERM, a closed terminal (SIGHUP), and
    Ctrl-Break on Windows. A closed console window there runs no handler: the children's open stdin ends them."""
    names = ("SIGTERM", "SIGHUP", "SIGBREAK")
    for number in (getattr(signal, name, None) for name in names):
        if number is not None:
            signal.signal(number, lambda *_: end())
