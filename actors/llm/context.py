"""Context of a model: the lines of a conversation that it has room for. The oldest turns go first, and each goes whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from bus.messages import Line

Size = Callable[[Sequence[Line]], int]
"""Tokens that the prompt with these lines has, all that goes around them included."""

KEPT_SHARE = 0.7
"""When turns must go, as many do that the rest fills this share of the room: the prompts of the next turns then begin alike
again, and the model has their beginning in its memory."""
LONGEST_TOKEN = 12
"""Characters; a text that is longer for each token of the room is not even counted. (Speech has 3 to 5.)"""


class Context:
    """Remembers from which turn on it keeps: what a prompt begins with stays, as long as there is room."""

    def __init__(self, room: int, size: Size) -> None:
        """`room`: the most tokens that a prompt may have."""
        self._room = room
        self._size = size
        self._from_turn = 0

    def fit(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The last lines that fit. The last turn always stays; of a text that alone is too long, its end does."""
        if not lines:
            return ()
        if lines[-1].turn < self._from_turn:
            self._from_turn = 0  # turns are counted anew
        last = [*lines[:-1], _shorter(lines[-1], self._room * LONGEST_TOKEN)]
        kept: Sequence[Line] = [line for line in last if line.turn >= self._from_turn]
        if self._size(kept) <= self._room:
            return tuple(kept)
        kept = self._later_turns(kept)
        self._from_turn = kept[0].turn
        return tuple(kept) if self._size(kept) <= self._room else self._end_of(kept)

    def _later_turns(self, lines: Sequence[Line]) -> Sequence[Line]:
        starts = turn_starts(lines)
        aim = round(self._room * KEPT_SHARE)
        first = bisect_left(starts[:-1], -aim, key=lambda start: -self._size(lines[start:]))
        return lines[starts[first] :]

    def _end_of(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The end of the last line, as much as fits; what stands before it in its turn goes."""
        last = lines[-1]
        most = 64
        while most < len(last.text) and self._size([_shorter(last, most)]) <= self._room:
            most *= 2  # from below: long texts take long to count
        lengths = range(min(most, len(last.text)) + 1)
        fitting = bisect_left(lengths, self._room + 1, key=lambda n: self._size([_shorter(last, n)])) - 1
        return (_shorter(last, max(0, fitting)),)


def turn_starts(lines: Sequence[Line]) -> list[int]:
    """Indexes at which a turn begins: the first line, and each of the user's behind one of the assistant."""
    return [i for i, line in enumerate(lines) if not i or (line.role, lines[i - 1].role) == ("user", "assistant")]


def _shorter(line: Line, characters: int) -> Line:
    if len(line.text) <= characters:
        return line
    return Line(line.role, line.text[len(line.text) - characters :], line.turn)
