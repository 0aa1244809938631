"""Platform of this machine: what differs between the systems when processes are started, known again, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Group:
    """How a child gets a process group of its own, so that Ctrl-C reaches only the one in the foreground."""

    flags: int
    session: bool


MANY_FILES = 65_536

STEADY_HEAP = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(4 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(16 * 1024 * 1024),
}
"""Environment in which glibc keeps what a process needs again and again (a picture has 2.8 MB), instead of giving it back and
asking for it between two of them: memory that swings by a fifth hides a leak, and each fresh page costs a fault. Others
ignore it."""

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


def started_at(pid: int) -> float:
    """When a process was started, on a scale of this system. Raises psutil.Error when there is no such process.

    On Linux in ticks since the machine was started: psutil's time is the wall clock's, and moves when that is set.
    """
    if sys.platform != "linux":
        return psutil.Process(pid).create_time()
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        raise psutil.NoSuchProcess(pid) from None
    return float(stat[stat.rindex(b")") + 1 :].split()[19])  # proc_pid_stat(5), field 22


def hold(path: Path) -> bool:
    """Takes a lock for as long as this process lives, however it ends; False when another process has it.

    The file stays open on purpose: its end is the end of the lock. Children do not inherit it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    return True
