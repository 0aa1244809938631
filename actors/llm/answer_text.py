"""Answer text: what a model writes, byte by byte, as text to be spoken. Its thoughts and its stop marks are left out."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

THOUGHT = ("<think>", "</think>")
"""Around what reasoning models write before they answer."""


class AnswerText:
    """Takes the pieces of an answer, gives what of them is sure to be said. Several tokens may make one character."""

    def __init__(self, stop: Sequence[str] = (), begun: str = "") -> None:
        """`stop`: texts at which the answer ends. `begun`: what was given of it before; the first blanks are not cut then."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._stop = tuple(filter(None, stop))
        self._held = ""
        self._at_start = not begun
        self._thinking = False
        self.ended = False
        """A stop text came: nothing more will be given."""

    def hear(self, piece: bytes | str) -> str:
        """What can be said now; empty while it could still become a stop text."""
        text = self._decoder.decode(piece) if isinstance(piece, bytes) else piece
        return self._take(text, last=False)

    def finish(self) -> str:
        """What was held back when the answer ended."""
        return self._take(self._decoder.decode(b"", final=True), last=True)

    def _take(self, text: str, *, last: bool) -> str:
        if self.ended:
            return ""
        self._held += text
        if self._at_start and not self._begin(last=last):
            return ""
        cuts = [at for stop in self._stop if (at := self._held.find(stop)) >= 0]
        if cuts:
            self.ended = True
            said, self._held = self._held[: min(cuts)], ""
            return said
        keep = 0 if last else max((_overlap(self._held, stop) for stop in self._stop), default=0)
        said, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return said

    def _begin(self, *, last: bool) -> bool:
        """Whether the answer proper has begun: no blanks and no thoughts before it."""
        opening, closing = THOUGHT
        if self._thinking and not self._end_thought(closing):
            return False
        self._held = self._held.lstrip()
        if self._held.startswith(opening):
            self._thinking, self._held = True, self._held[len(opening) :]
            return self._begin(last=last)
        if not self._held or (not last and opening.startswith(self._held)):
            return False
        self._at_start = False
        return True

    def _end_thought(self, closing: str) -> bool:
        _, closed, rest = self._held.partition(closing)
        self._thinking = not closed
        self._held = rest if closed else self._held[len(self._held) - _overlap(self._held, closing) :]
        return bool(closed)


def _overlap(text: str, mark: str) -> int:
    """How many characters at the end of `text` are the beginning of `mark`."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:n])), 0)
