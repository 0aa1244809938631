"""Remembered ids: which messages came lately, in little memory that soon stops growing.

A set of the last 16,384 ids takes 1.5 MB; two hash tables of bare numbers take 0.5 MB, and as little as 4 KiB for a topic on
which little is sent. When one holds `keep` numbers the other is emptied and used: at least the last `keep` ids are known, at
most twice as many.
"""

from __future__ import annotations

from array import array

_MASK = 2**64 - 1


FEW = 256


class Remembered:
    """Numbers (of which 64 bits count), the latest of them."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._young = _empty(min(FEW, 2 * _power(keep)))
        self._old = _empty(1)
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
            self._old, self._young, self._count = self._young, _empty(len(self._young)), 0
        elif 2 * self._count == len(self._young):
            self._grow()
        return True

    def __contains__(self, number: int) -> bool:
        number = number & _MASK or 1
        return bool(self._young[_find(self._young, number)] or self._old[_find(self._old, number)])

    def _grow(self) -> None:
        """At most half of the places are taken: then a number is found within two looks."""
        larger = _empty(2 * len(self._young))
        for number in filter(None, self._young):
            larger[_find(larger, number)] = number
        self._young = larger


def _empty(places: int) -> array[int]:
    return array("Q", bytes(8 * places))


def _power(number: int) -> int:
    return 1 << (number - 1).bit_length()


def _find(table: array[int], number: int) -> int:
    """Where the number is, or the free place where it would be. Ids are as good as random: they are their own hash."""
    last = len(table) - 1
    place = (number ^ number >> 32) & last
    while (found := table[place]) and found != number:
        place = (place + 1) & last
    return place
