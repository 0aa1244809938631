"""Policy of restarts: when a process that died is started again, and when it is given up. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from bus.clock import MS, SECOND
from topology.plan import BackOff


@dataclass(slots=True)
class RestartPolicy:
    """Doubles the wait with each death inside the window; gives up after `max` of them."""

    rules: BackOff
    deaths: deque[int] = field(default_factory=deque)

    def died(self, at_ns: int) -> int | None:
        """When to start it again (ns), or None: give it up."""
        window_ns = int(self.rules.window_s * SECOND)
        while self.deaths and at_ns - self.deaths[0] > window_ns:
            self.deaths.popleft()
        if len(self.deaths) >= self.rules.max:
            return None
        wait_ms = min(self.rules.backoff_ms * 2 ** len(self.deaths), self.rules.backoff_max_ms)
        self.deaths.append(at_ns)
        return at_ns + int(wait_ms * MS)
