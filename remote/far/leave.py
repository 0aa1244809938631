"""Leave of a host on which nothing of a call runs any more: when it is let go. Pure.

Not at once: whoever moves the last actor away may be trying out which machine does better, and moves it back.
"""

from __future__ import annotations

from bus.clock import SECOND

IDLE_S = 60.0
END_S = 25.0
"""One that has not said by then that its part is over, or is out of reach, ends it by itself after its grace."""
TELL_S = 5.0
"""A host is no news to a person while something is just moving to it or from it."""
WORDS = f"nothing of the call runs there any more: let go after {IDLE_S:.0f} s"


class Leave:
    """Of one host. Times in ns of one clock."""

    def __init__(self) -> None:
        self.told = False
        """Its part of the call is to end."""
        self._needed_ns = 0

    def needed(self, at_ns: int) -> None:
        """Something runs there, or is to."""
        self._needed_ns = at_ns

    def is_idle(self, at_ns: int) -> bool:
        """Whether a person should know that it is not needed."""
        return at_ns - self._needed_ns > TELL_S * SECOND

    def is_due(self, at_ns: int) -> bool:
        """Whether to tell it that its part of the call is over."""
        return not self.told and at_ns - self._needed_ns > IDLE_S * SECOND

    def is_over(self, at_ns: int, *, ended: bool) -> bool:
        """Whether to wait for it no longer."""
        return self.told and (ended or at_ns - self._needed_ns > (IDLE_S + END_S) * SECOND)
