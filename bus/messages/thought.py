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


class AnswerCost(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer took, told when it has ended by itself. Zeros where the engine does not tell."""

    spec: ClassVar = Spec("llm.cost", Lane.LATEST, observed=True)
    first_ms: float
    """From the prompt to the first piece of the answer; 0 when there was none."""
    tokens: int
    """Of the answer; its pieces where the engine does not count tokens."""
    tokens_per_s: float
    """Behind the first one."""
    prompt_tokens: int = 0
    reused_tokens: int = 0
    """So many of the prompt were still in the model's memory from the answer before."""
    left_out: int = 0
    """Lines of the conversation for which the context had no room."""
    failed: str = ""
    """Why the answer broke off."""


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
