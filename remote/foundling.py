"""Foundling: a process that another host agent has started, and that was taken over from it."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from bus.clock import SECOND, now_ns, sleep_ms
from remote import child
from remote.child import Child
from remote.mark import Mark

LOOK_MS = 10.0
UNKNOWN = -1_000
"""Instead of an exit code: only a parent is told that."""


class Foundling(Child):
    """A child like any other, but for its exit code, which nobody can know."""

    def __init__(self, name: str, epoch: int, mark: Mark, log: Path, works: str = "") -> None:
        self._begin(name, epoch, log)
        self.works = works
        self._mark = self.mark = mark

    @property
    def pid(self) -> int:
        return self._mark.pid

    def exit_code(self) -> int | None:
        if not self.ended_ns and not self._mark.alive:
            self.ended_ns = now_ns()
        return UNKNOWN if self.ended_ns else None

    @property
    def how_it_ended(self) -> str:
        return "it ended, with which code is not known"

    def first_line(self, timeout_s: float) -> str:
        return ""  # whoever started it has heard it

    def trim_log(self) -> None:
        """As that of a child, but on Windows: there the place where the process writes next is not ours to move."""
        with suppress(OSError):  # its log was removed, or cannot be copied
            if sys.platform == "win32" or self.log_path.stat().st_size <= child.MAX_LOG_BYTES:
                return
            shutil.copyfile(self.log_path, self.log_path.with_suffix(".old.log"))
            os.truncate(self.log_path, 0)

    def kill(self) -> None:
        self._mark.kill()
        self.wait(10)

    def wait(self, timeout_s: float) -> bool:
        deadline = now_ns() + int(timeout_s * SECOND)
        while self.exit_code() is None:
            if now_ns() > deadline:
                return False
            sleep_ms(LOOK_MS)
        return True
