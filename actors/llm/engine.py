"""Engine seam of llm: a conversation in, the tokens of the answer out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bus.messages import Line


class LanguageModel(Protocol):
    """Answers the last line of a conversation."""

    async def load(self) -> None:
        """Loads the model or reaches the server. Raises Wrong or Fatal with what to do."""

    def reply(self, conversation: Sequence[Line], begun: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Streams the answer to the last line (role user) as pieces of text whose concatenation is the answer.
        Leaving the block early stops the generation. `begun`: what was given of the answer before this process was (empty:
        nothing): the pieces go on behind it, or end where nothing fits."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
