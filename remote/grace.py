"""Grace of a session: how long it goes on after the `avatar` that looked after it has vanished. Pure."""

from __future__ import annotations

from bus.clock import SECOND

FIRST_S = 60.0
"""How long a session that was just started waits for its director, however short its grace is."""


class Grace:
    """Knows whether anybody looks after the session. A director that leaves on purpose lets it run for ever."""

    def __init__(self, grace_s: float, at_ns: int) -> None:
        self._grace_ns = int(grace_s * SECOND)
        self._ends_ns: int | None = at_ns + max(self._grace_ns, int(FIRST_S * SECOND))
        self._looked_after = False

    def lasts(self, grace_s: float) -> None:
        """How long it is from the next time on that somebody goes."""
        self._grace_ns = int(grace_s * SECOND)

    def came(self) -> None:
        """A director is here."""
        self._looked_after, self._ends_ns = True, None

    def went(self, at_ns: int, *, on_purpose: bool) -> None:
        """It is gone."""
        self._looked_after = False
        self._ends_ns = None if on_purpose else at_ns + self._grace_ns

    def hub_restarted(self, at_ns: int) -> None:
        """A director that is alive will say hello to the new hub; one that died with the old hub was seen by nobody."""
        if self._looked_after:
            self._ends_ns = at_ns + max(self._grace_ns, 10 * SECOND)

    def over(self, at_ns: int) -> bool:
        """Whether the session is to end."""
        return self._ends_ns is not None and at_ns > self._ends_ns
