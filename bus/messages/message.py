"""Message: one frozen struct is one topic; what the bus does with it stands in its `spec`."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar, Self

import msgspec


class Lane(enum.StrEnum):
    """How a message travels; a property of its type, never of an actor."""

    STREAM = "stream"
    """In order, nothing lost: logged by the hub, acknowledged, replayed."""
    LATEST = "latest"
    """Never blocks: the oldest is dropped, and counted."""
    STATE = "state"
    """The last value is kept by the hub and given to whoever joins late."""
    CONTROL = "control"
    """On sockets of its own, so that a cut is never behind data; the hub hands it to every actor at once."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What the bus must know of a message type.

    `fenced`: belongs to a reply of the avatar; dropped when a barge-in has raised the generation. `ttl_ms`: skipped and
    counted when older (None: never stale). `keep`: how many wait at a slow consumer of the latest lane. `optional`: comes
    from an extra (the stage page, the command line); a plan may leave it unfed. `observed`: meant for people watching; a
    plan may leave it unread. `bulky`: pictures; between hosts they travel on a connection of their own.
    """

    topic: str
    lane: Lane
    fenced: bool = False
    ttl_ms: int | None = None
    keep: int = 3
    optional: bool = False
    observed: bool = False
    bulky: bool = False


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all messages. Subclasses set `spec`; binary media goes into `payload`, which travels as its own frame."""

    spec: ClassVar[Spec]
    payload: bytes = b""

    @classmethod
    def topic(cls) -> str:
        """The topic of this type, such as "tts.audio"."""
        return cls.spec.topic

    def without_payload(self) -> Self:
        """The same message as it goes into the header."""
        return msgspec.structs.replace(self, payload=b"") if self.payload else self
