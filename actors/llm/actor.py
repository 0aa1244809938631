"""Llm: the mind of the avatar. A conversation in, the tokens of the answer out."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import ClassVar

from actors.language import language_of
from actors.llm.engine import LanguageModel
from actors.llm.pace import Pace
from bus.actor import Actor
from bus.clock import now_ns
from bus.emit import Emit
from bus.errors import Broken
from bus.messages import AnswerBegun, AnswerCost, AnswerDone, Prompt, Token
from bus.messages.message import Message

_log = logging.getLogger(__name__)

EMPTY = {"en": "I'm sorry, I have no answer right now.", "uk": "Вибачте, зараз у мене немає відповіді."}
"""Said when the model gives nothing: silence would look like a broken call."""


class Llm(Actor):
    """Prompts in, tokens out. A barge-in cancels the handler; leaving the block stops the model.

    A model need not say the same again: a successor repeats the tokens that were sent (the hub drops those that it has),
    and lets the model go on behind them.
    """

    engines: ClassVar = {
        "persona": "actors.llm.persona:PersonaModel",
        "llama": "actors.llm.llama:LlamaModel",
        "openai": "actors.llm.openai:OpenaiModel",
        "fake": "actors.llm.fake:FakeModel",
    }
    auto: ClassVar[tuple[str, ...]] = ("llama", "openai", "persona")

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._empty = 0
        self._begun = AnswerBegun(prompt=0)

    async def start(self) -> None:
        """Loads the model."""
        await self._model.load()

    async def stop(self) -> None:
        """Frees the model."""
        await self._model.close()

    async def restore(self, state: Message) -> None:
        """An answer that the process before this one began is gone on with."""
        if isinstance(state, AnswerBegun):
            self._begun = state

    async def on_prompt(self, prompt: Prompt, emit: Emit[AnswerBegun | Token | AnswerDone | AnswerCost]) -> None:
        """Answers the last line, each token as soon as it exists. An answer that breaks off ends where it is."""
        begun = self._begun if self._begun.prompt == emit.cause.id else AnswerBegun(prompt=emit.cause.id)
        answer = list(begun.tokens)
        for index, text in enumerate(answer):
            await emit(Token(index=index, text=text))

        async def say(text: str) -> None:
            answer.append(text)
            await emit(AnswerBegun(prompt=emit.cause.id, tokens=tuple(answer)))
            await emit(Token(index=len(answer) - 1, text=text))

        cost = None
        if not begun.complete:
            cost = await self._think(prompt, "".join(answer), say)
            if not "".join(answer).strip():
                self._empty += 1
                _log.warning("empty answer, number %d", self._empty)
                await say(EMPTY.get(prompt.language.partition("-")[0], EMPTY["en"]))
            await emit(AnswerBegun(prompt=emit.cause.id, tokens=tuple(answer), complete=True))
        await emit(AnswerDone(tokens=len(answer), language=language_of("".join(answer), prompt.language)))
        if cost is not None:
            await emit(cost)

    async def _think(self, prompt: Prompt, begun: str, say: Callable[[str], Awaitable[None]]) -> AnswerCost:
        pace, failed = Pace(now_ns()), ""
        try:
            async with self._model.reply(prompt.lines, begun) as pieces:
                async for piece in pieces:
                    if piece:
                        pace.note(now_ns())
                        await say(piece)
        except Broken as error:
            failed = error.what
            _log.error("the answer broke off: %s", failed)
        return pace.cost(self._model.cost, failed)
