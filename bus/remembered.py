"""Remembered ids: which messages came lately, in an amount of memory that is taken at once and never changes.

A set of the last 16,384 ids takes 1.5 MB; two hash tables of bare numbers take 0.5 MB. When one holds `keep` numbers the
other is emptied and used: at least the last `keep` ids are known, at most twice as many.
"""

from __future__ import annotations

from array import array

_MASK = 2**64 - 1
_BLANK = bytes(8 * 1_024)


class Remembered:
    """Numbers (of which 64 bits count), the latest of them."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        # At most half of the places are taken: then a number is found within two looks.
        places = 1 << (2 * keep - 1).bit_length()
        self._young = array("Q", bytes(8 * places))
        self._old = array("Q", bytes(8 * places))
        self._count = 0

    def add(self, number: int) -> bool:
        """Remembers a number; False when it was known."""
        number = number & _MASK or 1
        place = _find(self._young, number)
        if self._young[place] or self._old[_find(self._old, number)]:
            return False
        self._young[place] = number
        self._count += 1
        if self._count == self._keep:
            self._young, self._old, self._count = self._old, self._young, 0
            _clear(self._young)
        return True

    def __contains__(self, number: int) -> bool:
        number = number & _MASK or 1
        return bool(self._young[_find(self._young, number)] or self._old[_find(self._old, number)])


def _clear(table: array[int]) -> None:
    """In place, piece by piece. NumPy's fill is as good, but half of the processes that need this need no NumPy."""
    places = memoryview(table).cast("B")
    for start in range(0, len(places), len(_BLANK)):
        places[start : start + len(_BLANK)] = _BLANK[: len(places) - start]


def _find(table: array[int], number: int) -> int:
    """Where the number is, or the free place where it would be. Ids are as good as random: they are their own hash."""
    last = len(table) - 1
    place = (number ^ number >> 32) & last
    while (found := table[place]) and found != number:
        place = (place + 1) & last
    return place
