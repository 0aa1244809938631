"""Attendance of a call: whether the `avatar up` that shows it is still there, and for how long it goes on without.

director.json names that process. One that leaves on purpose removes it, and so does whoever takes a call over whose
`avatar up` was killed: then the call runs in the background until it is told to end.
"""

from __future__ import annotations

from bus.clock import MS
from bus.custody import Custody
from remote.far.place import HERE
from remote.session import Session
from topology.plan import Plan

LOOK_NS = 250 * MS
ORPHAN_S = 5.0


def orphan_grace_s(plan: Plan) -> float:
    """How long processes go on whose host agent was killed: another one needs some seconds to be there, however short
    the plan's grace is."""
    return max(plan.session.grace_s, ORPHAN_S)


class Attendance:
    """Counts the time since the director vanished without a word."""

    def __init__(self, session: Session, grace_s: float) -> None:
        self._is_here = session.place() == HERE
        self._session = session
        self._custody = Custody(grace_s, orphaned=True)
        self._looked_ns = 0

    def lasts(self, grace_s: float) -> None:
        """From now on the grace is so long."""
        self._custody.grace_s = grace_s

    def over(self, at_ns: int) -> bool:
        """Whether the session is to end. Looks at the process when it is time to."""
        if at_ns - self._looked_ns < LOOK_NS:
            return False
        self._looked_ns = at_ns
        director = self._session.director()
        return self._custody.look(at_ns, cared_for=director.alive if director else self._is_here)
