"""Unit of work of an actor: what it has handled but not finished.

Most messages are finished when their handler returns. Some work is larger than a message: an utterance, a reply. Its
messages are held, are acknowledged when the unit is finished, and until then would come again to a successor.
"""

from __future__ import annotations

from collections.abc import Callable

from bus.envelope import Header


class Unit:
    """The messages that an actor holds. Belongs to the event loop."""

    def __init__(self) -> None:
        self.changed: Callable[[], None] = lambda: None
        """Told when something was finished outside of its own handler."""
        self._held: dict[int, Header] = {}

    def hold(self, cause: Header) -> None:
        """The message being handled (`emit.cause`) is not finished when its handler returns."""
        self._held[cause.id] = cause

    def finish(self, *causes: Header) -> None:
        """These messages are finished; all of them when none is given."""
        if causes:
            for cause in causes:
                self._held.pop(cause.id, None)
        else:
            self._held.clear()
        self.changed()

    def drop_below(self, gen: int) -> None:
        """A barge-in: nothing of an older generation is worth finishing."""
        stale = [h for h in self._held.values() if h.fenced and h.gen < gen]
        if stale:
            self.finish(*stale)

    def holds(self, message_id: int) -> bool:
        """Whether the message is still to be finished."""
        return message_id in self._held

    def __len__(self) -> int:
        return len(self._held)
