"""Taking of minutes in every folder that a running call records into: also in those that a changed plan names later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bus.clock import SECOND
from bus.errors import Wrong
from remote.finish import record_folders
from remote.minutes import Minutes
from topology.plan import Plan

LOOK_NS = SECOND


class MinuteTaking:
    """Adds to `minutes` what is missing. `join` makes one hear the call; `warn` tells of a folder that cannot be written."""

    def __init__(self, minutes: list[Minutes], join: Callable[[Minutes], None], warn: Callable[[str], None]) -> None:
        self._minutes = minutes
        self._known = {each.folder for each in minutes}
        self._join, self._warn = join, warn
        self._looked_ns = 0

    def look(self, plan: Callable[[], Plan | None], at_ns: int) -> None:
        """Looks at the plan that the call goes by now when it is time to."""
        if at_ns - self._looked_ns < LOOK_NS:
            return
        self._looked_ns = at_ns
        now = plan()
        for folder in record_folders(now) if now is not None else ():
            if folder not in self._known:
                self._known.add(folder)
                self._begin(folder)

    def _begin(self, folder: Path) -> None:
        try:
            fresh = Minutes(folder)
        except Wrong as error:  # the call goes on without them
            self._warn(f"{error.what}; {error.todo}")
        else:
            self._minutes.append(fresh)
            self._join(fresh)
