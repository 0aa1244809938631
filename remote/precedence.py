"""Precedence of a host's services over its actors: which seat may get its next process now, and which waits. Pure.

When a call starts, no actor loads before all services run: it may ask its server while it loads, and whoever takes memory
of the GPU by what is free must come after those who take it by what they need. In a running call nobody waits, but for an
actor that would be given up while a service is on its way back: it may have failed for no other reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from remote.seat import Seat


def is_due(seat: Seat, seats: Iterable[Seat], at_ns: int, *, all_up: bool) -> bool:
    """Whether the time has come to start its next process."""
    if not seat.restart_at_ns or at_ns < seat.restart_at_ns or seat.leaving:
        return False
    waits = not seat.is_service and (not all_up or seat.needs_services)
    return not (waits and any(s.is_service and s.state not in ("running", "given up") for s in seats))


def blames_service(seat: Seat, seats: Iterable[Seat]) -> bool:
    """Whether a service is on its way back, which may be why an actor failed."""
    return not seat.is_service and any(s.is_service and s.state in ("waiting", "restarting") for s in seats)


def all_actors_loaded(seats: Iterable[Seat]) -> bool:
    """Whether every actor stands by."""
    return all(seat.state == "standby" for seat in seats if not seat.is_service)


def leaving_order(seats: Iterable[Seat], sinks: Collection[str]) -> list[list[str]]:
    """Names of those who end together, one group after another: the actors, those that the other side sees and hears,
    the services."""
    everybody = list(seats)
    actors = [seat for seat in everybody if not seat.is_service]
    last = [seat.name for seat in actors if seat.placement.actor in sinks]
    return [
        [seat.name for seat in actors if seat.name not in last],
        last,
        [seat.name for seat in everybody if seat.is_service],
    ]
