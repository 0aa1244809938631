"""Upkeep of what was brought to this host and a call still uses: its folders are touched, so that nobody sweeps them as old.

What no call has been started with for days is removed when other code is brought (remote/shipping/receiver.py); a call may run
for longer than that, and starts processes of its code, its environment and its files to the end.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bus.clock import SECOND
from topology.plan import Plan

EVERY_NS = 3_600 * SECOND
KINDS = ("trees", "envs")
"""Folders of the receiver, each of which holds folders that are removed as a whole."""


def touch_used(plan: Plan, host: str) -> None:
    """Says of everything that a call uses here that it is in use."""
    for folder in {kept for path in _used(plan, host) if (kept := kept_folder(path)) is not None}:
        with contextlib.suppress(OSError):  # a full disk, or it is gone already: then the next start brings it anew
            os.utime(folder)


def kept_folder(path: Path) -> Path | None:
    """The folder that is kept or removed as a whole, and that a path lies in; None for what was not brought."""
    return next((each for each in (path, *path.parents) if each.parent.name in KINDS), None)


def _used(plan: Plan, host: str) -> Iterator[Path]:
    yield Path.cwd()
    yield Path(sys.prefix)
    for placement in plan.on(host):
        yield from (Path(value) for value in placement.settings.values() if isinstance(value, str))
