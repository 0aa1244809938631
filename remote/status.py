"""Status of a call, as the host agent tells it."""

from __future__ import annotations

from typing import Literal

import msgspec

from bus.control import Pulse
from bus.messages import SeatState
from remote.far.tie import LinkStatus


class ActorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One process of an actor (or the hub, or the host agent itself). Replicas are told apart: "tts", "tts#1"."""

    actor: str
    host: str
    engine: str = ""
    picked: str = ""
    """Why it is this engine, when the plan says "auto"."""
    epoch: int = 0
    """Of the process that holds the seat, counted from 1; 0 when none does."""
    pid: int
    state: SeatState
    uptime_s: float
    restarts: int
    rate_hz: float = 0.0
    """Messages handled a second."""
    queue: int = 0
    """Stream messages that wait for it, in the hub and in the actor."""
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    """Time of handling a message."""
    lag_ms: float = 0.0
    """How late its event loop runs."""
    busy_ms: float = 0.0
    """How long it has had the message in hand."""
    hanging_ms: float = 0.0
    """How long it has given no sign of life: no heartbeat, or its event loop stands still."""
    cpu_percent: float
    """Of one core."""
    memory_mb: float
    dropped: int = 0
    error: str = ""
    """Why it was last started again, or given up."""

    def with_pulse(self, pulse: Pulse, waiting: int) -> ActorStatus:
        """The same with what the actor's heartbeat tells."""
        return msgspec.structs.replace(
            self,
            rate_hz=pulse.rate_hz,
            queue=waiting,
            p50_ms=pulse.p50_ms,
            p99_ms=pulse.p99_ms,
            lag_ms=round(pulse.lag_ms, 1),
            busy_ms=pulse.busy_ms,
            dropped=sum(d.count for d in pulse.drops),
        )


Phase = Literal["starting", "running", "ending"]


class CallStatus(msgspec.Struct, frozen=True):
    """A whole call."""

    session: str
    plan: str
    phase: Phase
    uptime_s: float
    actors: tuple[ActorStatus, ...]
    links: tuple[LinkStatus, ...] = ()
    """To the other hosts."""


def call_phase(*, all_up: bool, ending: bool) -> Phase:
    """How far a call is. `all_up`: every actor has run once."""
    if ending:
        return "ending"
    return "running" if all_up else "starting"
