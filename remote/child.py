"""Child process of a host agent: a hub or an actor, told its errand on stdin, its log in a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bus.errand import Errand
from bus.errors import Broken
from remote.platform import new_group

MAX_LOG_BYTES = 4 * 1024 * 1024


class Child:
    """One process. Its stdin stays open: when the agent dies, the child sees its end and goes too."""

    def __init__(self, command: list[str], errand: Errand, log: Path) -> None:
        """Starts `command` with this Python. Raises Broken when it cannot be started."""
        self.name = errand.name
        self.epoch = errand.epoch
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        try:
            with log.open("ab") as file:
                self._process = subprocess.Popen(
                    [sys.executable, *command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE if errand.name == "hub" else subprocess.DEVNULL,
                    stderr=file,
                    creationflags=new_group.flags,
                    start_new_session=new_group.session,
                )
        except OSError as error:
            raise Broken(f"{errand.name} cannot be started: {error}", "see: avatar doctor") from error
        assert self._process.stdin is not None
        self._process.stdin.write(errand.encoded())
        self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def first_line(self) -> str:
        """What it says first on stdout; waits. Empty when it ended without a word."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().decode(errors="replace").strip()

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
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        return True
