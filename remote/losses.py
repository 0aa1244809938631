"""Losses of a tap: which messages it should have seen and did not, told from their numbers. Pure."""

from __future__ import annotations

from collections import Counter

from bus.envelope import Header


class Losses:
    """Finds gaps in the numbers of each source's messages."""

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()
        """Messages that never came, by topic."""
        self._last: dict[tuple[str, str, int], tuple[int, int]] = {}

    def is_news(self, topic: str, header: Header) -> bool:
        """Notes a message. False when it is there already: states are told again to every newcomer.

        What the hub drops at a barge-in leaves a gap too, between one generation and the next: that is no loss.
        """
        key = (topic, header.source, header.epoch)
        seq, gen = self._last.get(key, (header.seq - 1, header.gen))
        if header.seq <= seq:
            return False
        if not (header.fenced and header.gen != gen):
            self.missing[topic] += header.seq - seq - 1
        self._last[key] = (header.seq, header.gen)
        return True

    def told(self, overflown: int) -> str:
        """One line when something is missing, else empty. `overflown`: copies that were dropped here unread."""
        count = max(overflown, self.missing.total())
        if not count:
            return ""
        topics = ", ".join(f"{topic} {n}" for topic, n in self.missing.most_common() if n)
        return f"INCOMPLETE: {count} dropped" + (f" ({topics})" if topics else "")
