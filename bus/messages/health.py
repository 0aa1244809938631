"""Health of the call: which actors are there, which come back, and which ones it goes on without."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from bus.messages.message import Lane, Message, Spec

SeatState = Literal["starting", "standby", "running", "restarting", "waiting", "given up", "stopped"]
"""Of an actor's seat. "restarting": a new process loads, and the one before goes on if it lives; "waiting": it died, and
is started again in a moment; "given up": it stays away until somebody restarts it."""


class ActorHealth(msgspec.Struct, frozen=True, omit_defaults=True):
    """One process of an actor (or the hub, or the host agent itself)."""

    actor: str
    """Its name; of the further replicas with their number, such as "tts#1"."""
    state: SeatState
    epoch: int = 0
    """Of the process that holds the seat; 0 when none does, and for the hub and the host agent."""
    pid: int = 0
    """Of the process that holds the seat; 0 when none does."""
    restarts: int = 0
    error: str = ""
    """Why it was last started again, or given up; empty when that was meant."""


class CallHealth(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Who of the call is there. Sent by the host agent at every change."""

    spec: ClassVar = Spec("agent.health", Lane.STATE, optional=True, observed=True)
    actors: tuple[ActorHealth, ...] = ()

    def of(self, actor: str) -> tuple[ActorHealth, ...]:
        """All processes of an actor; empty when it is not known here."""
        return tuple(each for each in self.actors if each.actor.partition("#")[0] == actor)

    def without(self, actor: str) -> bool:
        """Whether the call goes on without an actor: all its processes were given up."""
        every = self.of(actor)
        return bool(every) and all(each.state in ("given up", "stopped") for each in every)

    def absent(self, actor: str) -> bool:
        """Whether nobody does an actor's work just now; it may come back by itself."""
        every = self.of(actor)
        return bool(every) and all(each.pid == 0 for each in every)

    def why(self, actor: str) -> str:
        """Why an actor is not there; empty when it is, or when nobody knows."""
        return next((each.error for each in self.of(actor) if each.pid == 0 and each.error), "")
