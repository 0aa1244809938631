"""Curfew of a call: when one whose microphone has come to its end is over. Pure."""

from __future__ import annotations

from bus.clock import MS
from bus.messages import SoundEnded, TurnState
from bus.messages.message import Message

QUIET_NS = 1_500 * MS
"""How long the floor must have been free: words that were just spoken may still be on their way."""


class Curfew:
    """The call is over when its sound has ended and the avatar has only listened since then for 1.5 s."""

    def __init__(self) -> None:
        self._ended_ns: int | None = None
        self._free_ns: int | None = 0

    def heard(self, message: Message | None, at_ns: int) -> None:
        """Something that the call tells; only what it is about counts."""
        match message:
            case SoundEnded():
                self._ended_ns = at_ns
            case TurnState(phase="listening"):
                self._free_ns = at_ns if self._free_ns is None else self._free_ns
            case TurnState():
                self._free_ns = None
            case _:
                pass

    def over(self, at_ns: int) -> bool:
        """Whether it is time to go."""
        if self._ended_ns is None or self._free_ns is None:
            return False
        return at_ns - max(self._ended_ns, self._free_ns) >= QUIET_NS
