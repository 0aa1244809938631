"""Inputs of the turn-manager that say something: held until the conversation tells what became of them."""

from __future__ import annotations

from collections import deque

from actors.turn_manager.events import Event, Judged
from bus.envelope import Header
from bus.messages import Ask, Final, Say, SpeechEdge
from bus.unit import Unit

REMEMBERED = 64
"""Inputs that a snapshot names; those of the last few turns could come again."""


class Inputs:
    """A user's turn is several messages, and a text may wait to be spoken: a successor gets them again, unless the last
    snapshot names them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._speech: list[Header] = []
        self._texts: deque[Header] = deque()
        self._held: list[Header] = []
        self._done: deque[int] = deque(maxlen=REMEMBERED)

    @property
    def done(self) -> tuple[int, ...]:
        """Ids of inputs of which nothing more will come."""
        return tuple(self._done)

    @property
    def last(self) -> int:
        """Id of the last message of the user's turn that is open; 0: none is."""
        return self._speech[-1].id if self._speech else 0

    def restore(self, done: tuple[int, ...]) -> None:
        """What an earlier life had done with."""
        self._done.extend(done)

    def is_done(self, cause: Header) -> bool:
        """Whether an earlier life has done with it."""
        return cause.id in self._done

    def take(self, event: Event, cause: Header, *, listening: bool, texts: int) -> None:
        """After a step: `listening` to a user's turn that is still open, with so many `texts` that wait to be spoken."""
        match event:
            case SpeechEdge() | Final() | Judged():
                self._speech.append(cause)
            case Ask():
                self._done.append(cause.id)
            case Say():
                self._texts.append(cause)
        if not listening:
            self._done.extend(header.id for header in self._speech)
            self._speech.clear()
        while len(self._texts) > texts:
            self._done.append(self._texts.popleft().id)

    def settle(self) -> None:
        """What the step gave was sent: holds what is open, finishes the rest."""
        open_now = {cause.id: cause for cause in (*self._speech, *self._texts)}
        for cause in open_now.values():
            self._unit.hold(cause)
        closed = [cause for cause in self._held if cause.id not in open_now]
        if closed:
            self._unit.finish(*closed)
        self._held = list(open_now.values())
