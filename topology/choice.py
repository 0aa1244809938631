"""Choice of an engine, `engine = "auto"`: the best of an actor's candidates that a host can run now, and why it is that one.

A plan with "auto" is settled on the host that runs the actor, when its call starts, by the Python that will run it. What runs by such a choice goes on with
it when the plan is applied again: the memory that it has taken itself would speak against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from actors.readiness import Readiness, readiness_of
from bus.actor import Actor
from topology.catalogue import HOUSE, Cast
from topology.elsewhere import chosen_there
from topology.plan import AUTO, Placement, Plan
from topology.services import service_at
from topology.settings import input_paths
from topology.stamp import stamp


def candidates(actor: type[Actor]) -> tuple[str, ...]:
    """The engines that "auto" chooses from, best first."""
    return tuple(name for name in actor.auto if name in actor.engines)


def settle(plan: Plan, host: str, before: Plan | None = None, cast: Cast = HOUSE) -> Plan:
    """The plan with an engine chosen for each actor of a host that leaves it open. `before`: what runs there already."""
    actors = dict(plan.actors)
    for name, placement in plan.actors.items():
        if placement.engine == AUTO and placement.host == host:
            runs = before.actors.get(name) if before else None
            if runs is not None and runs.picked and runs.host == host and runs.engine in candidates(cast[name]):
                actors[name] = _as(placement, cast[name], runs.engine, runs.picked)
            elif placement.python and cast is HOUSE:
                actors[name] = chosen_there(placement, plan)
            else:
                actors[name] = _chosen(placement, cast[name], plan)
    return msgspec.structs.replace(plan, actors=actors) if actors != plan.actors else plan


def choose(actor: str, plan: Plan) -> Placement:
    """One actor with the engine that the packages of this process choose for it."""
    return _chosen(plan.actors[actor], HOUSE[actor], plan)


def untold(engine: type[Any], told: dict[str, object]) -> tuple[str, ...]:
    """Settings that an engine cannot do without and that the plan does not tell: it is never chosen then."""
    return tuple(f.name for f in msgspec.structs.fields(engine.Settings) if f.required and f.name not in told)


def choices(plan: Plan) -> tuple[str, ...]:
    """One line for each engine that was chosen: which, and why."""
    return tuple(f"{p.actor}: {p.engine} ({p.picked})" for p in plan.actors.values() if p.picked)


def _chosen(placement: Placement, actor: type[Actor], plan: Plan) -> Placement:
    passed: list[str] = []
    *better, last = candidates(actor)
    for name in better:
        found = _readiness(placement, actor, name, plan)
        if found.ok:
            return _as(placement, actor, name, found.why)
        passed.append(f"no {name}: {found.why}")
    return _as(placement, actor, last, "; ".join(passed) or _readiness(placement, actor, last, plan).why)


def _readiness(placement: Placement, actor: type[Actor], name: str, plan: Plan) -> Readiness:
    """What keeps an engine from running, as the plan or the engine itself knows it."""
    engine = actor.engine_class(name)
    told = settings_of(placement, name)
    for why in _lacks(actor, engine, told, plan):
        return Readiness(ok=False, why=why)
    settings = msgspec.convert(told, engine.Settings)
    if url := str(getattr(settings, "url", "")):
        if service := service_at(url, placement.host, plan):
            return Readiness(ok=True, why=f"its service {service}")
        if name not in placement.settings:  # whoever listens at the default address may be anybody
            return Readiness(ok=False, why="the plan names no server")
    return readiness_of(engine, settings)


def _lacks(actor: type[Actor], engine: type[Any], told: dict[str, object], plan: Plan) -> Iterator[str]:
    for name in untold(engine, told):
        yield f"the plan does not say which {name}"
    for needed in getattr(engine, "needs_actors", ()):
        if needed not in plan.actors:
            yield f"there is no actor {needed}"
    for path in input_paths(told, actor, engine).values():
        if not path.exists():
            yield f"there is no {path.name}"


def settings_of(placement: Placement, engine: str) -> dict[str, object]:
    """What the plan tells an engine that is one of several to choose from."""
    told = placement.settings.get(engine)
    return dict(told) if isinstance(told, dict) else {}


def _as(placement: Placement, actor: type[Actor], engine: str, why: str) -> Placement:
    """The placement with one engine, and no settings but its own and the actor's."""
    names = candidates(actor)
    own = {key: value for key, value in placement.settings.items() if key not in names}
    settings = {**own, **settings_of(placement, engine)}
    inputs: dict[str, Path] = input_paths(settings, actor, actor.engine_class(engine))
    stamps = {key: stamp(path) for key, path in inputs.items()}
    return msgspec.structs.replace(placement, engine=engine, settings=settings, stamps=stamps, picked=why or "ready")
