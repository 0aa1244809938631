"""Child process of a host agent: a hub or an actor, told its errand on stdin, its log in a file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from bus.clock import now_ns
from bus.control import Notice
from bus.errand import Errand
from bus.errors import Broken
from remote.mark import Mark
from remote.platform import STEADY_HEAP, new_group
from topology.plan import SERVICE

MAX_LOG_BYTES = 4 * 1024 * 1024


def works_of(engine: str, settings: dict[str, object]) -> str:
    """A mark by which it is seen whether a process works as a plan says. How long a server may take to get ready is nothing
    to one that is."""
    if engine == SERVICE:
        settings = {key: value for key, value in settings.items() if key != "ready_s"}
    return hashlib.sha256(msgspec.json.encode((engine, settings), order="deterministic")).hexdigest()[:16]


class Child:
    """One process. Its stdin stays open: when the agent dies, the child sees its end (bus/orphan.py)."""

    mark: Mark | None
    """By which others know it; None when it died at once."""

    def __init__(self, command: list[str], errand: Errand, log: Path, python: str = "") -> None:
        """Starts `command` with that Python (default: this one). Raises Broken when it cannot be started."""
        self._begin(errand.name, errand.epoch, log)
        self.works = works_of(errand.engine, errand.settings)
        try:
            self._log = log.open("ab", buffering=0)
        except OSError as error:
            raise Broken(f"the log of {errand.name} cannot be written: {error.strerror}", f"look at {log}") from error
        self.trim_log()
        try:
            self._process = subprocess.Popen(
                [python or sys.executable, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if errand.name == "hub" else subprocess.DEVNULL,
                stderr=self._log,
                env={**STEADY_HEAP, **os.environ},
                creationflags=new_group.flags,
                start_new_session=new_group.session,
            )
        except OSError as error:
            self._log.close()
            todo = f"is {python} a Python with avatar in it?" if python else "see: avatar doctor"
            raise Broken(f"{errand.name} cannot be started: {error}", todo) from error
        self.mark = Mark.of(self._process.pid)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it died already: its exit code tells
            self._process.stdin.write(errand.encoded())
            self._process.stdin.flush()

    def _begin(self, name: str, epoch: int, log: Path) -> None:
        self.name = name
        self.epoch = epoch
        self.bye: Notice | None = None
        """What it said when it left with a reason."""
        self.leave_by_ns = 0
        """When it must be gone; 0: it may stay."""
        self.ended_ns = 0
        """When its end was noticed; 0: it runs."""
        self.works = ""
        """Mark of the engine and the settings that it was started with."""
        self.log_path = log

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        code = self._process.poll()
        if code is not None and not self.ended_ns:
            self.ended_ns = now_ns()
        return code

    @property
    def how_it_ended(self) -> str:
        """What is known of its end."""
        return f"it ended with code {self.exit_code()}"

    def first_line(self, timeout_s: float) -> str:
        """What it says first on stdout; waits. Empty when it ended without a word, or says nothing in time."""
        assert self._process.stdout is not None
        box: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        read = self._process.stdout.readline
        threading.Thread(
            target=lambda: box.put(read()), name="first-line", daemon=True
        ).start()  # a pipe has no timeout
        try:
            return box.get(timeout=timeout_s).decode(errors="replace").strip()
        except queue.Empty:
            return ""

    def trim_log(self) -> None:
        """Begins the log anew when it is too long; what it held replaces NAME.old.log.

        The file is emptied, not renamed: the process goes on writing into it, and Windows renames no open file. Its
        position is shared with the process, so that there too the next line comes first.
        """
        if self._log.closed or os.fstat(self._log.fileno()).st_size <= MAX_LOG_BYTES:
            return
        with contextlib.suppress(OSError):  # a full disk: then the old lines are not kept
            shutil.copyfile(self.log_path, self.log_path.with_suffix(".old.log"))
        self._log.truncate(0)
        self._log.seek(0)

    def kill(self) -> None:
        """Ends it at once, and waits until it is gone."""
        if self._process.poll() is None:
            self._process.kill()
        self.wait(10)

    def wait(self, timeout_s: float) -> bool:
        """Whether it ended in time."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        with contextlib.suppress(OSError):  # what it never read of its errand cannot be flushed any more
            if self._process.stdin:
                self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()
        return True
