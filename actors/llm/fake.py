"""Fake language model for scenes: gives its script token by token, each when the scene lets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import ClassVar

import msgspec

from actors.llm.engine import Cost
from bus.errors import Broken
from bus.messages import Line


class FakeModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What it answers, whatever is asked."""

    tokens: tuple[str, ...] = ("I ", "am ", "a ", "fake.")


class FakeModel:
    """`gate`: an event that each token waits for; before token `breaks_at` it fails; `asked`, `given` and `stopped` tell what
    happened."""

    Settings: ClassVar = FakeModelSettings

    def __init__(self, settings: FakeModelSettings) -> None:
        self._settings = settings
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.asked: list[tuple[Line, ...]] = []
        self.given = 0
        self.stopped = 0
        self.loaded = False
        self.cost = Cost()
        self.breaks_at = -1

    async def load(self) -> None:
        """Nothing to load."""
        self.loaded = True

    @asynccontextmanager
    async def reply(self, conversation: Sequence[Line], begun: str) -> AsyncIterator[AsyncIterator[str]]:
        """The script, as far as it is not begun; another script is given whole, as a real model goes on with other words."""
        self.asked.append(tuple(conversation))
        self.begun.set()
        try:
            async with aclosing(self._stream(begun)) as tokens:
                yield tokens
        finally:
            self.stopped += 1

    async def _stream(self, begun: str) -> AsyncGenerator[str, None]:
        script = self._settings.tokens
        said = next((n for n in range(len(script) + 1) if "".join(script[:n]) == begun), 0)
        for token in script[said:]:
            await self.gate.wait()
            if self.given == self.breaks_at:
                raise Broken("the fake broke", "mend it")
            self.given += 1
            yield token

    async def close(self) -> None:
        """Nothing to free."""
        self.loaded = False
