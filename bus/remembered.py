"""Remembered ids: which messages came lately, in a piece of memory that never grows.

A set of the last 16,384 ids takes 1.5 MB, which an actor would fill over the first twenty minutes of a call; two hash
tables of bare numbers take 0.5 MB from the start. When one is full the other is emptied and used: at least the last `keep`
ids are known, at most twice as many.
"""

from __future__ import annotations

from array import array

_MASK = 2**64 - 1


class Remembered:
    """Numbers (of which 64 bits count), the latest of them."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._bits = (2 * keep - 1).bit_length()
        """Twice as many places as numbers, so that a number is found within two looks."""
        self._young = self._empty()
        self._old = self._empty()
        self._count = 0

    def add(self, number: int) -> bool:
        """Remembers a number; False when it was known."""
        number = number & _MASK or 1
        place = self._find(self._young, number)
        if self._young[place] or self._old[self._find(self._old, number)]:
            return False
        self._young[place] = number
        self._count += 1
        if self._count == self._keep:
            self._old, self._young, self._count = self._young, self._empty(), 0
        return True

    def __contains__(self, number: int) -> bool:
        number = number & _MASK or 1
        return bool(self._young[self._find(self._young, number)] or self._old[self._find(self._old, number)])

    def _empty(self) -> array[int]:
        return array("Q", bytes(8 << self._bits))

    def _find(self, table: array[int], number: int) -> int:
        """Where the number is, or the free place where it would be. Ids are as good as random: they are their own hash."""
        last = (1 << self._bits) - 1
        place = (number ^ number >> 32) & last
        while (found := table[place]) and found != number:
            place = (place + 1) & last
        return place
