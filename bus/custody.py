"""Custody of a process: for how long nobody has looked after it since its parent has gone. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bus.clock import SECOND

STEP_NS = 2 * SECOND
"""The most that one look can add: looks are a second apart at most, unless this process or the whole machine stood still."""


@dataclass(slots=True)
class Custody:
    """Counts the loneliness of an orphan. With a parent nobody is lonely."""

    grace_s: float
    orphaned: bool = False
    """Set, by whichever thread, when the parent has gone; stays so, though others may look after the orphan."""
    lonely_ns: int = 0
    _looked_ns: int = 0

    def look(self, at_ns: int, *, cared_for: bool) -> bool:
        """Whether the grace is over. `cared_for`: somebody who looks after it has just been heard."""
        passed_ns, self._looked_ns = at_ns - self._looked_ns, at_ns
        if cared_for or not self.orphaned:
            self.lonely_ns = 0
        else:
            self.lonely_ns += min(passed_ns, STEP_NS)
        return self.lonely_ns > self.grace_s * SECOND
