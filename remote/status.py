"""Status of a call, as the host agent tells it."""

from __future__ import annotations

from typing import Literal

import msgspec

SeatState = Literal["starting", "standby", "running", "restarting", "waiting", "given up", "stopped"]


class ActorStatus(msgspec.Struct, frozen=True):
    """One actor (or the hub, or the host agent itself)."""

    actor: str
    host: str
    engine: str
    pid: int
    state: SeatState
    uptime_s: float
    restarts: int
    rate_hz: float
    """Messages handled a second."""
    queue: int
    """Stream messages that wait for it, in the hub and in the actor."""
    p50_ms: float
    p99_ms: float
    """Time of handling a message."""
    cpu_percent: float
    """Of one core."""
    memory_mb: float
    dropped: int
    error: str = ""
    """Why it was last started again, or given up."""


class CallStatus(msgspec.Struct, frozen=True):
    """A whole call."""

    session: str
    plan: str
    phase: Literal["starting", "running", "ending"]
    uptime_s: float
    actors: tuple[ActorStatus, ...]
