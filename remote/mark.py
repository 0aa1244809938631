"""Mark of a process: its pid and its start, by which it is known again although pids are used anew.

Whether a process lives is asked here and nowhere else.
"""

from __future__ import annotations

import contextlib
from typing import Self

import msgspec
import psutil

from bus.clock import SECOND, now_ns, sleep_ms
from remote.platform import started_at

KILL_NS = 2 * SECOND


class Mark(msgspec.Struct, frozen=True):
    """One process of this machine. `started` is only ever compared."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The process that has this pid now; None when there is none, or when it is another user's."""
        try:
            return cls(pid, started_at(pid))
        except psutil.Error:
            return None

    @classmethod
    def own(cls) -> Self:
        """This process."""
        pid = psutil.Process().pid
        return cls(pid, started_at(pid))

    @property
    def alive(self) -> bool:
        """Whether it runs. One that has ended and waits for its parent to hear of it does not."""
        try:
            return started_at(self.pid) == self.started and psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def terminate(self) -> None:
        """Asks it to end; on Windows it ends at once."""
        if self.alive:
            with contextlib.suppress(psutil.Error):
                psutil.Process(self.pid).terminate()

    def kill(self) -> None:
        """Ends it at once, and waits until it is gone."""
        if self.alive:
            with contextlib.suppress(psutil.Error):
                psutil.Process(self.pid).kill()
        deadline = now_ns() + KILL_NS
        while self.alive and now_ns() < deadline:
            sleep_ms(2)
