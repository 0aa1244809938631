"""Early words of a hub's peers: said before their hello, and heard after it.

To a hub that is new, the end of an actor, a cut or an answer may be told in the moment before it knows who tells. Bounded:
the oldest is forgotten.
"""

from __future__ import annotations

from collections import deque

EARLY_WORDS = 256
EARLY_BYTES = 64 * 1024
"""Of one word and what follows it; none that matters is larger."""


class Early:
    """Keeps words by who said them."""

    def __init__(self) -> None:
        self._kept: deque[tuple[bytes, list[bytes]]] = deque(maxlen=EARLY_WORDS)

    def keep(self, identity: bytes, frames: list[bytes]) -> None:
        """Somebody unknown has said this."""
        if sum(map(len, frames)) <= EARLY_BYTES:
            self._kept.append((identity, frames))

    def take(self, identity: bytes) -> list[list[bytes]]:
        """What this one has said so far, in order; from now on it is known."""
        taken = [frames for who, frames in self._kept if who == identity]
        for frames in taken:
            self._kept.remove((identity, frames))
        return taken
