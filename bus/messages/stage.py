"""Stage: what people watching the call are told besides the call itself; where its page is, and where the time of a turn went."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from bus.messages.message import Lane, Message, Spec


class StageAddress(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where the stage page is. The address holds the page's token: show it to the owner, never write it to a log."""

    spec: ClassVar = Spec("web.address", Lane.STATE, observed=True)
    url: str


class Stage(msgspec.Struct, frozen=True, array_like=True):
    """One stretch of a turn: `ms` that `actor` spent working ("engine"), waiting ("wait") or being sent to ("bus")."""

    actor: str
    ms: float
    kind: Literal["engine", "wait", "bus"]


class TurnTimeline(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where the time went between the true end of the user's speech and the first sound of the answer.

    `stages` follow each other without gap and sum up to `total_ms`.
    """

    spec: ClassVar = Spec("turn-manager.timeline", Lane.STREAM, observed=True)
    total_ms: float
    wait_ms: float = 0.0
    """The plan's end-of-turn wait, part of `total_ms`."""
    overhead_ms: float = 0.0
    """Time on the bus and between the actors, part of `total_ms`."""
    stages: tuple[Stage, ...] = ()
    turn: int = 0
    """The turn that it is about, as in Line; 0: the latest one."""
