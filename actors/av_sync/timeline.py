"""Timeline: which sample of a reply is heard when."""

from __future__ import annotations

from dataclasses import dataclass

from bus.clock import SECOND
from bus.messages import RATE_HZ


def nanoseconds(samples: int) -> int:
    """Duration of `samples` at 48 kHz."""
    return samples * SECOND // RATE_HZ


@dataclass(frozen=True, slots=True)
class Timeline:
    """Sample `position` is heard at `at_ns`; while not running, `position` is held."""

    position: int
    at_ns: int
    running: bool

    def heard(self, now_ns: int) -> int:
        """The sample that is heard now; below `position` before a planned start."""
        return self.position + ((now_ns - self.at_ns) * RATE_HZ // SECOND if self.running else 0)

    def at(self, position: int, now_ns: int) -> int:
        """When a sample will be heard; while held: as if it went on now."""
        return (self.at_ns if self.running else now_ns) + nanoseconds(position - self.position)

    def held(self, now_ns: int) -> Timeline:
        """The same, stopped now."""
        return Timeline(max(0, self.heard(now_ns)), now_ns, running=False)

    def resumed(self, now_ns: int) -> Timeline:
        """The same, going on now."""
        return self if self.running else Timeline(self.position, now_ns, running=True)
