"""Processes for scenes: real ones that do nothing, and end with the scene."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from remote.mark import Mark


@contextmanager
def idle(count: int = 1) -> Iterator[list[Mark]]:
    """So many processes that wait for ever."""
    code = "import sys; sys.stdin.read()"
    processes = [subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) for _ in range(count)]
    try:
        yield [mark_of(process.pid) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def mark_of(pid: int) -> Mark:
    mark = Mark.of(pid)
    assert mark is not None
    return mark


DEAD = Mark(2**22 + 1, 1.0)
"""A process that never was."""
