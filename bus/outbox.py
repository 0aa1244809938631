"""Outbox of a process: the stream messages that it sent and that are not settled, to be sent again to a new hub."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

OUTBOX_ITEMS = 4_096
OUTBOX_BYTES = 48 * 1024 * 1024


class Outbox:
    """Keeps messages in the order they were sent. Its owner's lock guards it; only its size may be asked without."""

    def __init__(self) -> None:
        self._items: deque[tuple[int, list[bytes], int]] = deque()
        self._bytes = 0

    def add(self, message_id: int, frames: list[bytes]) -> None:
        """Keeps a message."""
        size = len(frames[1]) + len(frames[2])
        self._items.append((message_id, frames, size))
        self._bytes += size

    def settle(self, last: int) -> bool:
        """Everything up to this id is handled. True when there is room now, and was none before."""
        had_room = self.has_room
        if all(message_id != last for message_id, _, _ in self._items):
            return False
        while True:
            message_id, _, size = self._items.popleft()
            self._bytes -= size
            if message_id == last:
                return not had_room and self.has_room

    @property
    def has_room(self) -> bool:
        """Whether one more message may be added."""
        return len(self._items) < OUTBOX_ITEMS and self._bytes < OUTBOX_BYTES

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[list[bytes]]:
        return (frames for _, frames, _ in self._items)
