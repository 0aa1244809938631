"""Reservation of streams: which consumers a new hub must keep messages for, though they may be dead themselves just now.

Without it, what producers send again to a new hub would count as handled by whoever is between two lives.
"""

from __future__ import annotations

from collections.abc import Iterable

from bus.messages import Lane
from remote.seat import Seat
from topology.catalogue import HOUSE
from topology.plan import Placement


def reservation(seats: Iterable[Seat], elsewhere: Iterable[Placement] = ()) -> dict[str, tuple[str, ...]]:
    """The stream topics of each actor that the call has not given up; `elsewhere`: those of other hosts."""
    kept = {seat.placement.actor: seat.placement.engine for seat in seats if seat.state not in ("given up", "stopped")}
    kept |= {placement.actor: placement.engine for placement in elsewhere}
    wanted = {name: _streams(name, kept[name]) for name in sorted(kept.keys() & HOUSE.keys())}
    return {name: topics for name, topics in wanted.items() if topics}


def _streams(name: str, engine: str) -> tuple[str, ...]:
    return tuple(kind.spec.topic for kind in HOUSE[name].inputs_with(engine) if kind.spec.lane is Lane.STREAM)
