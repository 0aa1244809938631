"""Engine seam of llm: a conversation in, the tokens of the answer out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation, as it was really heard. `interrupted`: the assistant was cut off after `text`."""

    role: Role
    text: str
    interrupted: bool = False


class LanguageModel(Protocol):
    """Answers the last line of a conversation."""

    async def load(self) -> None:
        """Loads the model or reaches the server. Raises Wrong or Fatal with what to do."""

    def reply(self, conversation: Sequence[Line]) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Streams the answer to the last line (role user) as pieces of text whose concatenation is the answer.
        Leaving the block early stops the generation."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
