"""Again: sound of the page that a successor of vad may have to hear once more. The hub keeps it until it is let go."""

from __future__ import annotations

from collections import deque

from bus.envelope import Header
from bus.unit import Unit


class Again:
    """Messages in, by the time of their first sample; those that end before a time are finished."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._kept: deque[tuple[int, Header]] = deque()

    def keep(self, at_ns: int, cause: Header) -> None:
        """Sound that was captured from `at_ns` on."""
        self._unit.hold(cause)
        self._kept.append((at_ns, cause))

    def let_go(self, from_ns: int) -> None:
        """What was captured before is not needed any more. The newest piece stays: its end is not known."""
        while len(self._kept) > 1 and self._kept[1][0] <= from_ns:
            self._unit.finish(self._kept.popleft()[1])
