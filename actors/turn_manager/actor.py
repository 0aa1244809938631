"""Turn-manager: decides who has the floor. Messages in, steps of the machine, actions out."""

from __future__ import annotations

from typing import ClassVar

from actors.turn_manager.clerk import Clerk
from actors.turn_manager.engine import EndOfTurn
from actors.turn_manager.events import Judged, OfReply, Output, Tick
from actors.turn_manager.machine import Machine
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.sound import sound_of_turn
from actors.turn_manager.timeline import timeline
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import (
    Ask,
    CallHealth,
    Final,
    Message,
    Partial,
    Played,
    Resume,
    Say,
    Sentence,
    SentenceEnd,
    SentencesDone,
    SpeechEdge,
    SpeechTail,
    SpokenText,
    TurnState,
    TurnTimeline,
)


class TurnManager(Actor):
    """Speech, typed text and what was heard in; prompts, scripts, pauses and cuts out."""

    engines: ClassVar = {
        "rules": "actors.turn_manager.rules:Rules", "smart-turn": "actors.turn_manager.smart_turn:SmartTurn",
        "fake": "actors.turn_manager.fake:FakeEndOfTurn",
    }  # fmt: skip
    auto: ClassVar[tuple[str, ...]] = ("smart-turn", "rules")
    only_for: ClassVar = {SpeechTail: ("smart-turn", "fake")}
    Settings: ClassVar = TurnSettings

    def __init__(self, engine: EndOfTurn, settings: TurnSettings) -> None:
        self.machine = Machine(engine, settings)
        self._engine = engine
        self._clerk = Clerk(self.machine, self.unit, self.alarm)

    async def start(self) -> None:
        await self._engine.load()

    async def stop(self) -> None:
        await self._engine.close()

    async def restore(self, state: Message) -> None:
        """The conversation goes on where the process before this one left it."""
        self._clerk.restore(state)

    async def run(self, emit: Emit[TurnState | Resume]) -> None:
        """Tells where it begins."""
        await self._clerk.begin(emit)

    async def on_edge(self, edge: SpeechEdge, emit: Emit[Output]) -> None:
        """The user began or ceased to speak."""
        await self._clerk.step(edge, emit)

    async def on_tail(self, tail: SpeechTail, emit: Emit[Output]) -> None:
        """How the turn sounded until now: has the user finished?"""
        heard = await self._engine.listen(sound_of_turn(tail, self.machine.user))
        await self._clerk.step(Judged(tail.utterance, heard), emit)

    async def on_partial(self, partial: Partial, emit: Emit[Output]) -> None:
        """What the user said so far."""
        await self._clerk.step(partial, emit)

    async def on_final(self, final: Final, emit: Emit[Output]) -> None:
        """What the user said."""
        await self._clerk.step(final, emit)

    async def on_played(self, played: Played, emit: Emit[Output | TurnTimeline]) -> None:
        """How much of a reply was heard."""
        await self._clerk.step(OfReply(played, emit.cause.turn, emit.cause.gen), emit)
        said = self._clerk.said(emit.cause.turn) if played.event == "started" else None
        if said and (times := timeline(emit.cause.turn, said, emit.cause.trace, played.at_ns)):
            await emit(times)

    async def on_text(self, text: SpokenText, emit: Emit[Output]) -> None:
        """Where the words of a reply are in its sound."""
        await self._clerk.step(OfReply(text, emit.cause.turn, emit.cause.gen), emit)

    async def on_sentence(self, sentence: Sentence, emit: Emit[Output]) -> None:
        """Words of a reply that are on their way to the voice: an answer has come."""
        await self._clerk.step(OfReply(sentence, emit.cause.turn, emit.cause.gen), emit)

    async def on_sentences_done(self, done: SentencesDone, emit: Emit[Output]) -> None:
        """All words of a reply are known."""
        await self._clerk.step(OfReply(done, emit.cause.turn, emit.cause.gen), emit)

    async def on_health(self, health: CallHealth, emit: Emit[Output]) -> None:
        """Who of the call is there."""
        await self._clerk.step(health, emit)

    async def on_end(self, end: SentenceEnd, emit: Emit[Output]) -> None:
        """Where the next sentence begins."""
        await self._clerk.step(OfReply(end, emit.cause.turn, emit.cause.gen), emit)

    async def on_ask(self, ask: Ask, emit: Emit[Output]) -> None:
        """A typed turn."""
        await self._clerk.step(ask, emit)

    async def on_say(self, say: Say, emit: Emit[Output]) -> None:
        """A text to speak word for word."""
        await self._clerk.step(say, emit)

    async def on_alarm(self, emit: Emit[Output]) -> None:
        """The machine's deadline has come."""
        await self._clerk.step(Tick(), emit)
