"""Kinds of messages by topic: what this program knows of the topics of a call, and how they are found by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import bus.messages
from bus.errors import Wrong
from bus.messages import Message
from topology.fault import nearest

WILD = "*?["

KINDS: dict[str, type[Message]] = {
    kind.spec.topic: kind
    for kind in vars(bus.messages).values()
    if isinstance(kind, type) and issubclass(kind, Message) and kind is not Message
}
"""The message types of the house. A topic of somebody's own actor is not among them."""

SOUND_HZ = {
    "vad.speech": 16_000,
    "web.sound": 16_000,
    "tts.audio": 48_000,
    "av-sync.audio": 48_000,
    "mic-out.sound": 48_000,
}
"""Sample rate of the topics whose payload is s16le mono sound."""

PICTURES = frozenset({"face.mouth", "av-sync.frame", "cam-out.picture"})
"""Topics whose payload is JPEG."""


def choose(wanted: Sequence[str], known: Iterable[str]) -> list[str]:
    """The topics that are meant by names and patterns such as "tts.*", each once. Raises Wrong for what fits none."""
    names = sorted(known)
    chosen: dict[str, None] = {}
    for word in wanted:
        fitting = [n for n in names if fnmatchcase(n, word)] if any(c in word for c in WILD) else [word]
        unknown = [word] if not fitting else [n for n in fitting if n not in names]
        if unknown:
            raise Wrong(f"there is no topic {unknown[0]!r} in this call", nearest(unknown[0], names, "topics"))
        chosen |= dict.fromkeys(fitting)
    return list(chosen)
