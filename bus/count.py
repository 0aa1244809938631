"""Count of what crosses in one meeting of two hubs: how many bytes have come, and which number each stream message has. Pure.

A connection that breaks and is made again is noticed a moment later than it happens. What was under way on the old one is
lost then, and what is sent meanwhile goes over the new one: it would come before all that is still to be carried again. So
each has a number, and one that is missing is known.
"""

from __future__ import annotations

from typing import Literal

from bus.crossing import Carry, Got
from bus.parcel import ROADS, Road


class Count:
    """One side's. `meeting` is the number of the last one that this side knows of."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, meeting: int) -> None:
        """Both sides count anew."""
        self.meeting = meeting
        self._sent = dict.fromkeys(ROADS, 0)
        self._came = dict.fromkeys(ROADS, 0)
        self._bytes = dict.fromkeys(ROADS, 0)
        self._told = dict(self._bytes)

    def word(self, road: Road, members: tuple[str, ...], at_ns: int) -> Carry:
        """What goes before the next stream message; it counts once it was `sent`."""
        return Carry(members, at_ns, self.meeting, self._sent[road] + 1)

    def sent(self, road: Road) -> None:
        """A connection has taken it."""
        self._sent[road] += 1

    def follows(self, road: Road, word: Carry) -> Literal["next", "old", "gap"]:
        """How it follows the one before: "old" is of another meeting; before a "gap" something was lost."""
        if word.meeting != self.meeting:
            return "old"
        if word.number != self._came[road] + 1:
            return "gap"
        self._came[road] += 1
        return "next"

    def took(self, road: Road, size: int) -> None:
        """So many bytes have come that count against a window."""
        self._bytes[road] += size

    def receipt(self) -> Got | None:
        """How much has come; None when that was told."""
        if self._bytes == self._told:
            return None
        self._told = dict(self._bytes)
        return Got(self._bytes["swift"], self._bytes["bulky"])
