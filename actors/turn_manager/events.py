"""Events that move the turns, and actions that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bus.messages import (
    Ask,
    CallHealth,
    Caption,
    Conversation,
    Cut,
    Final,
    Partial,
    Pause,
    Played,
    Prompt,
    Resume,
    Say,
    Script,
    Sentence,
    SentenceEnd,
    SentencesDone,
    SpeechEdge,
    SpokenText,
    TurnState,
    UserSaid,
)


@dataclass(frozen=True, slots=True)
class Tick:
    """The deadline has come; nothing else has happened."""


@dataclass(frozen=True, slots=True)
class OfReply:
    """News of the reply to `turn` in generation `gen`."""

    message: Played | SpokenText | SentenceEnd | Sentence | SentencesDone
    turn: int
    gen: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine heard in the sound up to the end of an utterance: how sure it is that the user has finished."""

    utterance: int
    heard: float | None


Event: TypeAlias = Tick | Judged | OfReply | SpeechEdge | Partial | Final | Ask | Say | CallHealth
Output: TypeAlias = Pause | Resume | Cut | Prompt | Script | UserSaid | Caption | TurnState | Conversation


@dataclass(frozen=True, slots=True)
class Send:
    """Emit `message` for that turn and generation; `t0_ns`: the moment that it answers, None to inherit it."""

    message: Output
    turn: int
    gen: int
    t0_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """Something went another way than it should; numbers only, never words."""

    event: str
    fields: Mapping[str, int] = field(default_factory=dict)


Action: TypeAlias = Send | Log
