"""Thought: the answer as text, from the llm's tokens to the chunker's sentences."""

from __future__ import annotations

from typing import ClassVar

from bus.messages.message import Lane, Message, Spec


class Token(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of the answer; all pieces joined are the answer."""

    spec: ClassVar = Spec("llm.token", Lane.STREAM, fenced=True)
    index: int
    text: str


class AnswerBegun(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The answer so far. Told before each token: a process that takes over goes on behind what may have been heard."""

    spec: ClassVar = Spec("llm.begun", Lane.STATE, observed=True)
    prompt: int
    """Id of the message that is answered."""
    tokens: tuple[str, ...] = ()
    complete: bool = False


class AnswerDone(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The answer is complete after `tokens` tokens."""

    spec: ClassVar = Spec("llm.done", Lane.STREAM, fenced=True)
    tokens: int
    language: str


class Sentence(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of the answer that can be spoken by itself: a clause or a sentence."""

    spec: ClassVar = Spec("chunker.sentence", Lane.STREAM, fenced=True)
    index: int
    text: str
    language: str


class SentencesDone(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The answer had `sentences` pieces; none comes after this."""

    spec: ClassVar = Spec("chunker.done", Lane.STREAM, fenced=True)
    sentences: int
