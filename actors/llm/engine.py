"""Engine seam of llm: a conversation in, the tokens of the answer out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bus.messages import Line


@dataclass(frozen=True, slots=True)
class Cost:
    """What a model did for one answer; 0 where it does not tell."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    """So many of the prompt were still in the model's memory from the answer before."""
    tokens: int = 0
    left_out: int = 0
    """Lines of the conversation for which there was no room."""


class LanguageModel(Protocol):
    """Answers the last line of a conversation."""

    async def load(self) -> None:
        """Loads the model or reaches the server. Raises Wrong or Fatal with what to do."""

    def reply(self, conversation: Sequence[Line], begun: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Streams the answer to the last line (role user) as pieces of text whose concatenation is the answer.
        Leaving the block early stops the generation. `begun`: what was given of the answer before this process was (empty:
        nothing): the pieces go on behind it, or end where nothing fits. Raises Broken when the model fails."""
        ...

    @property
    def cost(self) -> Cost:
        """What the last answer took, once its pieces have ended."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
