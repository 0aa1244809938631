"""Tries to reach another host: several may be under way at once, and the first that gets there wins."""

from __future__ import annotations

from dataclasses import dataclass

from bus.clock import SECOND
from bus.errors import AvatarError
from remote.ending import Ending
from remote.far.charge import Word
from remote.far.rope import Rope
from remote.far.tie import TRIES, Tie

PATIENCE_NS = 15 * SECOND
"""The oldest is spared for so long: where a login takes longer than the others may, it gets there."""
SLOW_NS = 2 * SECOND
"""What a login is thought to take when one was given up: tries beside each other slow each other down, on a busy machine to
the point where none gets there."""


@dataclass(frozen=True, slots=True)
class Try:
    """One of them."""

    rope: Rope
    begun_ns: int


class Tries:
    """Those that are under way, oldest first."""

    def __init__(self, tie: Tie) -> None:
        self._tie = tie
        self._tries: list[Try] = []

    def begin(self, rope: Rope, at_ns: int) -> None:
        """One more. When there are too many one is given up: the oldest that is not to be spared."""
        self._tries.append(Try(rope, at_ns))
        if len(self._tries) > TRIES:
            is_spared = at_ns - self._tries[0].begun_ns < PATIENCE_NS
            self._tries.pop(1 if is_spared else 0).rope.close()
            self._tie.logged_in(SLOW_NS)

    def look(self, at_ns: int) -> Rope | Ending | AvatarError | None:
        """The connection that stands, all others are cut; or how the call has ended there; or why the last that was left
        failed. None while there is nothing to tell."""
        fault: AvatarError | None = None
        for each in list(self._tries):
            outcome = self._outcome(each, at_ns)
            if outcome is each.rope or isinstance(outcome, Ending):
                if outcome is each.rope:
                    self._tries.remove(each)
                self.close()
                return outcome
            if isinstance(outcome, AvatarError):
                fault = outcome
                each.rope.close()
                self._tries.remove(each)
        return None if self._tries else fault

    def end_call(self) -> None:
        """Tells all to end the call there."""
        for each in self._tries:
            each.rope.end_call()

    def close(self) -> None:
        """Cuts all."""
        for each in self._tries:
            each.rope.close()
        self._tries.clear()

    def _outcome(self, each: Try, at_ns: int) -> Rope | Ending | AvatarError | None:
        words = each.rope.heard(at_ns)
        if words and words[0].anchor == "starting":
            self._tie.logged_in(at_ns - each.begun_ns)
        if ended := _said(words, "ended"):
            return ended.ending
        return each.rope if _said(words, "here") else each.rope.fault


def _said(words: list[Word], what: str) -> Word | None:
    return next((word for word in words if word.anchor == what), None)
