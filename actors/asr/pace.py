"""Pace of a recogniser's passes: how often the open utterance may be heard again, so that its end is never late for it. Pure.

A pass of Whisper costs the same for half a second as for half a minute, and cannot be stopped. On a machine on which it
takes longer than the interval between two of them, there would soon be nothing but passes whose result nobody needs.
"""

from __future__ import annotations

REST = 3
"""A slow pass is followed by so many times its length without one: the words at the end wait for a pass in one case of four."""
FORGIVEN = 0.7
"""Of the last cost is believed for each new utterance: a machine that was busy may be free again."""


class Pace:
    """Sound and costs in, whether to begin a pass out. Sound in ms from the beginning of the utterance."""

    def __init__(self, interval_ms: int) -> None:
        self._interval_ms = interval_ms
        self._cost_ms = 0.0
        self._slot = 0
        self._passed_ms = 0
        self.skipped = 0
        """Passes of the utterance that were due and not begun."""

    def begin(self) -> None:
        """A new utterance."""
        self._slot = self._passed_ms = self.skipped = 0
        self._cost_ms *= FORGIVEN

    def took(self, cost_ms: float) -> None:
        """A pass is done."""
        self._cost_ms = cost_ms

    @property
    def slow(self) -> bool:
        """The machine does not keep up: nothing is heard but what must be."""
        return self._cost_ms > self._interval_ms

    def due(self, sound_ms: int, *, busy: bool) -> bool:
        """Whether a pass begins now. Asked with each piece of sound; one that cannot be is skipped, and counted."""
        slots = sound_ms // self._interval_ms - self._slot
        if slots < 1:
            return False
        self._slot += slots
        rested = sound_ms - self._passed_ms >= REST * self._cost_ms
        if busy or (self.slow and not rested):
            self.skipped += slots
            return False
        self.skipped += slots - 1
        self._passed_ms = sound_ms
        return True
