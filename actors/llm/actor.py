"""Llm: the mind of the avatar. A conversation in, the tokens of the answer out."""

from __future__ import annotations

import logging
from typing import ClassVar

from actors.language import language_of
from actors.llm.engine import LanguageModel
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import AnswerDone, Prompt, Token

_log = logging.getLogger(__name__)

EMPTY = {"en": "I'm sorry, I have no answer right now.", "uk": "Вибачте, зараз у мене немає відповіді."}
"""Said when the model gives nothing: silence would look like a broken call."""


class Llm(Actor):
    """Prompts in, tokens out. A barge-in cancels the handler; leaving the block stops the model."""

    engines: ClassVar = {"persona": "actors.llm.persona:PersonaModel", "fake": "actors.llm.fake:FakeModel"}

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._empty = 0

    async def start(self) -> None:
        """Loads the model."""
        await self._model.load()

    async def stop(self) -> None:
        """Frees the model."""
        await self._model.close()

    async def on_prompt(self, prompt: Prompt, emit: Emit[Token | AnswerDone]) -> None:
        """Answers the last line, each token as soon as it exists."""
        answer: list[str] = []
        async with self._model.reply(prompt.lines) as pieces:
            async for piece in pieces:
                if piece:
                    await emit(Token(index=len(answer), text=piece))
                    answer.append(piece)
        if not "".join(answer).strip():
            self._empty += 1
            _log.warning("empty answer, number %d", self._empty)
            answer.append(EMPTY.get(prompt.language.partition("-")[0], EMPTY["en"]))
            await emit(Token(index=len(answer) - 1, text=answer[-1]))
        await emit(AnswerDone(tokens=len(answer), language=language_of("".join(answer), prompt.language)))
