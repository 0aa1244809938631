"""Turns: what the turn-manager decides, and what the person at the controls asks for."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from bus.messages.message import Lane, Message, Spec
from bus.messages.voice import SpokenWord

Phase = Literal["listening", "user-speaking", "thinking", "speaking", "paused", "interrupted"]


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the conversation, as it was really heard. `interrupted`: the assistant was cut off after `text`;
    `apology`: no answer had come; `written`: nobody could speak it, and it was shown."""

    role: Literal["user", "assistant"]
    text: str
    turn: int = 0
    interrupted: bool = False
    apology: bool = False
    written: bool = False


class Prompt(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The conversation to answer; its last line is the user's."""

    spec: ClassVar = Spec("turn-manager.prompt", Lane.STREAM, fenced=True)
    lines: tuple[Line, ...]
    language: str


class Script(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Text that the avatar speaks word for word, without thinking."""

    spec: ClassVar = Spec("turn-manager.script", Lane.STREAM, fenced=True)
    text: str
    language: str


class TurnState(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What the avatar is doing now."""

    spec: ClassVar = Spec("turn-manager.state", Lane.STATE, observed=True)
    phase: Phase
    since_ns: int


class OpenReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reply that is being spoken: what a turn-manager that is started again must know to go on counting its words."""

    language: str
    sentences: dict[int, tuple[SpokenWord, ...]] = {}
    """Where in its sound the words of each sentence are."""
    ends: dict[int, tuple[int, int]] = {}
    """How many samples each sentence that is complete has, and how many of silence are behind it."""


class Conversation(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The conversation so far, heard words only; with what a new life of turn-manager needs to go on."""

    spec: ClassVar = Spec("turn-manager.conversation", Lane.STATE, observed=True)
    lines: tuple[Line, ...]
    next_turn: int = 1
    gen: int = 1
    open: OpenReply | None = None
    """Not yet among the lines."""
    inputs: tuple[int, ...] = ()
    """Ids of the last messages that it has in it: should they come again, nothing is done."""
    utterance: int = 0
    """The last utterance of the user that is over: what is still heard of it, such as late words, is no news."""


class UserSaid(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The user's turn as it was understood. Sent once for each turn; again, with all the words, when the user went on
    before any of the answer was heard."""

    spec: ClassVar = Spec("turn-manager.user", Lane.STREAM, observed=True)
    text: str
    ended_ns: int
    """True end of the user's speech (or when the typed text came in)."""
    wait_ms: float = 0.0
    """How long the plan's end-of-turn wait was for this turn; 0 for typed text."""


class Caption(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The words of the avatar that were heard so far in this turn."""

    spec: ClassVar = Spec("turn-manager.caption", Lane.STREAM, observed=True)
    text: str
    done: bool = False
    interrupted: bool = False
    written: bool = False
    """Nobody can speak them: they are shown instead of heard."""


class Pause(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Hold the voice at once; it may go on. `onset_ns`: true onset of the speech that caused it."""

    spec: ClassVar = Spec("turn-manager.pause", Lane.CONTROL)
    onset_ns: int


class Resume(Message, frozen=True, kw_only=True, omit_defaults=True):
    """It was nothing: go on from the very sample."""

    spec: ClassVar = Spec("turn-manager.resume", Lane.CONTROL)


class Cut(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Raises the generation: everything fenced below `below_gen` is dropped wherever it is, its handlers are cancelled."""

    spec: ClassVar = Spec("turn-manager.cut", Lane.CONTROL)
    below_gen: int


class Ask(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A person types a user's turn instead of speaking it."""

    spec: ClassVar = Spec("operator.ask", Lane.STREAM, optional=True)
    text: str


class Say(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A person makes the avatar say a text word for word."""

    spec: ClassVar = Spec("operator.say", Lane.STREAM, optional=True)
    text: str
