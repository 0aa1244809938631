"""Health of the call as this host's seats and its hub show it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bus.messages import ActorHealth, CallHealth
from remote.seat import Seat


def call_health(
    seats: Iterable[Seat], hub: ActorHealth, agent: ActorHealth, far: Iterable[ActorHealth] = ()
) -> CallHealth:
    """One entry for each seat, then those of the hub, the host agent, and everybody on other hosts."""
    return CallHealth(actors=(*map(_of, seats), hub, agent, *far))


def _of(seat: Seat) -> ActorHealth:
    epoch, pid = (seat.current.epoch, seat.current.pid) if seat.current else (0, 0)
    return ActorHealth(seat.name, seat.state, epoch, pid, seat.restarts, seat.error)
