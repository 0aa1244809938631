"""Clerk of the turns: takes each input to the machine once, sends what comes of it, and keeps what a successor needs."""

from __future__ import annotations

import logging

import msgspec

from actors.turn_manager.events import Event, Log, Output
from actors.turn_manager.inputs import Inputs
from actors.turn_manager.machine import Machine
from bus import clock
from bus.actor import Alarm
from bus.emit import Emit
from bus.messages import Conversation, Message, Prompt, Resume, TurnState, UserSaid
from bus.unit import Unit

log = logging.getLogger(__name__)


class Clerk:
    """Between the actor's handlers and the machine."""

    def __init__(self, machine: Machine, unit: Unit, alarm: Alarm) -> None:
        self._machine = machine
        self._alarm = alarm
        self._inputs = Inputs(unit)
        self._said: dict[int, UserSaid] = {}
        self._holds = False

    def restore(self, state: Message) -> None:
        """What the process before this one told last."""
        match state:
            case Conversation():
                self._machine.restore(state)
                self._inputs.restore(state.inputs)
            case TurnState():
                self._holds = state.phase == "paused"

    async def begin(self, emit: Emit[TurnState | Resume]) -> None:
        """Tells where it begins: whoever joins a quiet call sees it, too. A voice that an earlier life held goes on."""
        if self._holds:
            await emit(Resume())
        await emit(TurnState(phase=self._machine.phase, since_ns=clock.now_ns()))

    def said(self, turn: int) -> UserSaid | None:
        """What the user said in this turn; once."""
        return self._said.pop(turn, None)

    async def step(self, event: Event, emit: Emit[Output]) -> None:
        """One step of the machine; none for an input that is in the restored conversation."""
        if self._inputs.is_done(emit.cause):
            return
        machine, last = self._machine, self._inputs.last
        actions = machine.step(event, clock.now_ns())
        self._alarm.set(machine.deadline_ns)  # before emitting: a full stream may keep that waiting
        self._inputs.take(event, emit.cause, listening=bool(machine.user), texts=len(machine.scripts))
        for action in actions:
            if isinstance(action, Log):
                log.warning(action.event, extra=dict(action.fields))
                continue
            message = action.message
            match message:
                case UserSaid():
                    self._said = {action.turn: message}
                case Conversation():
                    message = msgspec.structs.replace(message, inputs=self._inputs.done)
            if isinstance(message, UserSaid | Prompt) and last and not emit.cause.id:
                # the wait is over: one who takes over waits for the end of the same words, and must not ask again
                await emit.named_after(last)(
                    message, index=action.gen, turn=action.turn, gen=action.gen, t0=action.t0_ns
                )
            else:
                await emit(message, turn=action.turn, gen=action.gen, t0=action.t0_ns)
        self._inputs.settle()
