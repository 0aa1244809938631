"""Turn-manager: decides who has the floor. Messages in, steps of the machine, actions out."""

from __future__ import annotations

import logging
from typing import ClassVar

from actors.turn_manager.engine import EndOfTurn
from actors.turn_manager.events import Event, Log, OfReply, Output, Tick
from actors.turn_manager.machine import Machine
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.timeline import timeline
from bus import clock
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import (
    Ask,
    CallHealth,
    Conversation,
    Final,
    Partial,
    Played,
    Say,
    Sentence,
    SentenceEnd,
    SentencesDone,
    SpeechEdge,
    SpokenText,
    TurnState,
    UserSaid,
)
from bus.messages.message import Message
from bus.messages.stage import TurnTimeline

log = logging.getLogger(__name__)


class TurnManager(Actor):
    """Speech, typed text and what was heard in; prompts, scripts, pauses and cuts out."""

    engines: ClassVar = {
        "rules": "actors.turn_manager.rules:Rules",
        "fake": "actors.turn_manager.fake:FakeEndOfTurn",
    }
    Settings: ClassVar = TurnSettings

    def __init__(self, engine: EndOfTurn, settings: TurnSettings) -> None:
        self.machine = Machine(engine, settings)
        self._said: dict[int, UserSaid] = {}

    async def restore(self, state: Message) -> None:
        """The conversation goes on where the process before this one left it."""
        if isinstance(state, Conversation):
            self.machine.restore(state)

    async def run(self, emit: Emit[TurnState]) -> None:
        """Tells where it begins: whoever joins a quiet call sees it, too."""
        await emit(TurnState(phase=self.machine.phase, since_ns=clock.now_ns()))

    async def on_edge(self, edge: SpeechEdge, emit: Emit[Output]) -> None:
        """The user began or ceased to speak."""
        await self._step(edge, emit)

    async def on_partial(self, partial: Partial, emit: Emit[Output]) -> None:
        """What the user said so far."""
        await self._step(partial, emit)

    async def on_final(self, final: Final, emit: Emit[Output]) -> None:
        """What the user said."""
        await self._step(final, emit)

    async def on_played(self, played: Played, emit: Emit[Output | TurnTimeline]) -> None:
        """How much of a reply was heard."""
        await self._step(OfReply(played, emit.cause.turn, emit.cause.gen), emit)
        said = self._said.pop(emit.cause.turn, None) if played.event == "started" else None
        if said and (times := timeline(emit.cause.turn, said, emit.cause.trace, played.at_ns)):
            await emit(times)

    async def on_text(self, text: SpokenText, emit: Emit[Output]) -> None:
        """Where the words of a reply are in its sound."""
        await self._step(OfReply(text, emit.cause.turn, emit.cause.gen), emit)

    async def on_sentence(self, sentence: Sentence, emit: Emit[Output]) -> None:
        """Words of a reply that are on their way to the voice: an answer has come."""
        await self._step(OfReply(sentence, emit.cause.turn, emit.cause.gen), emit)

    async def on_sentences_done(self, done: SentencesDone, emit: Emit[Output]) -> None:
        """All words of a reply are known."""
        await self._step(OfReply(done, emit.cause.turn, emit.cause.gen), emit)

    async def on_health(self, health: CallHealth, emit: Emit[Output]) -> None:
        """Who of the call is there."""
        await self._step(health, emit)

    async def on_end(self, end: SentenceEnd, emit: Emit[Output]) -> None:
        """Where the next sentence begins."""
        await self._step(OfReply(end, emit.cause.turn, emit.cause.gen), emit)

    async def on_ask(self, ask: Ask, emit: Emit[Output]) -> None:
        """A typed turn."""
        await self._step(ask, emit)

    async def on_say(self, say: Say, emit: Emit[Output]) -> None:
        """A text to speak word for word."""
        await self._step(say, emit)

    async def on_alarm(self, emit: Emit[Output]) -> None:
        """The machine's deadline has come."""
        await self._step(Tick(), emit)

    async def _step(self, event: Event, emit: Emit[Output]) -> None:
        actions = self.machine.step(event, clock.now_ns())
        self.alarm.set(self.machine.deadline_ns)  # before emitting: a full stream may keep that waiting
        for action in actions:
            if isinstance(action, Log):
                log.warning(action.event, extra=dict(action.fields))
            else:
                if isinstance(action.message, UserSaid):
                    self._said = {action.turn: action.message}
                await emit(action.message, turn=action.turn, gen=action.gen, t0=action.t0_ns)
