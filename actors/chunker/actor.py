"""Chunker: cuts the answer into pieces that can be spoken while the rest is still being thought."""

from __future__ import annotations

from typing import ClassVar

from actors.chunker.cut import Cutter
from actors.language import language_of
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import AnswerDone, Script, Sentence, SentencesDone, Token


class Chunker(Actor):
    """Tokens in, sentences out.

    A reply is one unit: a successor gets all its tokens again, cuts them alike, and the hub drops what it has already.
    """

    engines: ClassVar = {"own": "actors.chunker.cut:Cutter"}

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        self._reply = (-1, -1)
        self._language = "en"
        self._sentences = 0

    async def on_token(self, token: Token, emit: Emit[Sentence]) -> None:
        """Speaks what became complete with this token."""
        self._turn_to(emit.cause.turn, emit.cause.gen)
        self.unit.hold(emit.cause)
        await self._speak(self._cutter.feed(token.text), emit)

    async def on_answer_done(self, done: AnswerDone, emit: Emit[Sentence | SentencesDone]) -> None:
        """Speaks the rest."""
        self._turn_to(emit.cause.turn, emit.cause.gen)
        if self._sentences == 0:
            self._language = done.language
        await self._finish(emit)

    async def on_script(self, script: Script, emit: Emit[Sentence | SentencesDone]) -> None:
        """A whole text, to be spoken word for word."""
        self._reply = (-1, -1)
        self._turn_to(emit.cause.turn, emit.cause.gen)
        self._language = script.language
        await self._speak(self._cutter.feed(script.text), emit)
        await self._finish(emit)

    def _turn_to(self, turn: int, gen: int) -> None:
        if self._reply != (turn, gen):
            self._reply, self._cutter, self._sentences = (turn, gen), self._cutter.fresh(), 0
            self.unit.finish()

    async def _finish(self, emit: Emit[Sentence | SentencesDone]) -> None:
        await self._speak(self._cutter.finish(), emit)
        await emit(SentencesDone(sentences=self._sentences))
        self._reply = (-1, -1)
        self.unit.finish()

    async def _speak(self, pieces: list[str], emit: Emit[Sentence] | Emit[Sentence | SentencesDone]) -> None:
        for piece in pieces:
            self._language = language_of(piece, self._language)
            await emit(Sentence(index=self._sentences, text=piece, language=self._language))
            self._sentences += 1
