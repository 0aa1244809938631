"""Admission to a hub: how much those who have the session's keys may bring. Pure.

Whoever has the keys is one of us; but one of us may be broken, and what each hello brings (a socket, topics, queues) stays.
"""

from __future__ import annotations

from bus.codec import MAX_TOPIC_BYTES
from bus.control import Hello

MAX_PEERS = 512
"""At once. ZeroMQ makes 1,023 sockets at most, and each peer that takes streams has one of them."""
MAX_TOPICS = 512
"""In the whole life of a hub: whatever it keeps by topic stays bounded."""
MAX_WORD_BYTES = 1024 * 1024
"""Of one control word that a peer says."""


class Admission:
    """Remembers the topics of all hellos; says why one more is refused."""

    def __init__(self) -> None:
        self._topics: set[str] = set()

    def refusal(self, hello: Hello, peers: int, *, known: bool) -> str:
        """One word for the counters, empty when the peer may come. `peers`: how many are here; `known`: it is one."""
        if not known and peers >= MAX_PEERS:
            return "crowded"
        topics = {*hello.takes, *hello.gives, *hello.hears, *hello.watches, *hello.states}
        if not all(map(_is_topic, topics)) or not hello.name.isprintable() or not hello.group.isprintable():
            return "hello"
        together = self._topics | topics
        if len(together) > MAX_TOPICS:
            return "crowded"
        self._topics = together
        return ""


def _is_topic(topic: str) -> bool:
    return topic.isascii() and topic.isprintable() and 0 < len(topic) < MAX_TOPIC_BYTES
