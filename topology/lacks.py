"""Lacks of a host: what the engines that a plan names need and do not find there, known before a call starts.

An engine that "auto" chose was asked when it was chosen. A server that the plan starts itself is not asked for: it comes.
What an actor with a Python of its own finds there is known when it loads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from actors.readiness import Readiness, is_here, readiness_of
from bus.errors import Fatal
from topology.catalogue import HOUSE, Cast
from topology.plan import Placement, Plan
from topology.services import service_at


class Lack(msgspec.Struct, frozen=True):
    """Why the engine of an actor is not well placed on a host."""

    actor: str
    engine: str
    found: Readiness

    @property
    def what(self) -> str:
        """For people: what is missing, or that it is only slow."""
        return f"{'slow' if self.found.slow else 'not ready'} here: {self.actor} ({self.engine}): {self.found.why}"

    @property
    def todo(self) -> str:
        """How to get it."""
        return self.found.todo


def lacks_of(plan: Plan, host: str, cast: Cast = HOUSE) -> tuple[Lack, ...]:
    """What this machine, the plan's `host`, lacks for its actors now. Loads nothing; asks each server for half a second."""
    return tuple(_lacks(plan, host, cast))


def expect_ready(lacks: Sequence[Lack]) -> None:
    """Raises Fatal with the first thing without which an engine cannot run. One that is only slow is the person's choice."""
    missing = [lack for lack in lacks if not lack.found.slow]
    if missing:
        first, *others = missing
        more = f" (nor ready: {', '.join(lack.actor for lack in others)})" if others else ""
        raise Fatal(first.what, f"{first.todo}{more}".strip())


def _lacks(plan: Plan, host: str, cast: Cast) -> Iterator[Lack]:
    for placement in plan.on(host):
        actor = cast[placement.actor]
        if placement.engine in actor.engines and not (placement.picked or placement.python):
            engine = actor.engine_class(placement.engine)
            if hasattr(engine, "ready"):
                found = _readiness(engine, placement, plan)
                if not found.ok:
                    yield Lack(placement.actor, placement.engine, found)


def _readiness(engine: type[Any], placement: Placement, plan: Plan) -> Readiness:
    own = engine.Settings.__struct_fields__
    settings = msgspec.convert({k: v for k, v in placement.settings.items() if k in own}, engine.Settings)
    if (url := str(getattr(settings, "url", ""))) and _is_served(url, placement.host, plan):
        return Readiness(ok=True, why="a service of the plan")
    return readiness_of(engine, settings)


def _is_served(url: str, host: str, plan: Plan) -> bool:
    """Whether the plan starts the server itself: a service that names no health address may be any on its host."""
    silent = any(s.host == host and not s.health for s in plan.services.values())
    return bool(service_at(url, host, plan)) or (silent and is_here(url))
