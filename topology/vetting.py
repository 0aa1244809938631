"""Vetting of a plan that somebody else has read: whoever runs it must not trust that it was checked, or by the same version."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bus.actor import Actor
from bus.errors import Wrong
from topology.catalogue import HOUSE, Cast
from topology.choice import candidates
from topology.edges import unfed
from topology.fault import nearest
from topology.plan import AUTO, LOCAL, Placement, Plan


def vet(plan: Plan, cast: Cast = HOUSE) -> None:
    """Raises Wrong with the first thing in the plan that could not run."""
    for what, todo in _faults(plan, cast):
        raise Wrong(f"the plan cannot run: {what}", todo or f"see: avatar check {plan.file}")


def _faults(plan: Plan, cast: Cast) -> Iterator[tuple[str, str]]:
    if not plan.actors:
        yield "it has no actors", ""
    for name, placement in plan.actors.items():
        if name not in cast or name != placement.actor:
            yield f"there is no actor {name!r}", nearest(name, cast, "actors")
        elif placement.host not in (LOCAL, *plan.hosts):
            yield f"there is no host {placement.host!r}", ""
        else:
            yield from _faults_of(placement, cast[name], plan)
    for loose in unfed({name: cast[name] for name in plan.actors}):
        yield f"{loose.actor} takes {loose.kind.spec.topic}, and nobody gives it", ""


def _faults_of(placement: Placement, actor: type[Actor], plan: Plan) -> Iterator[tuple[str, str]]:
    name = placement.actor
    if placement.replicas > 1 and not actor.replicable:
        yield f"{name} cannot have replicas", "write replicas = 1"
    if placement.engine == AUTO and placement.host != LOCAL and candidates(actor):
        return  # its own host chooses, and vets it then
    if placement.engine not in actor.engines:
        if placement.engine or actor.engines:
            yield f"{name} has no engine {placement.engine!r}", nearest(placement.engine, actor.engines, "engines")
        return
    engine = actor.engine_class(placement.engine)
    for needed in getattr(engine, "needs_actors", ()):
        if needed not in plan.actors:
            yield f"engine {placement.engine!r} of {name} needs the actor {needed!r}", ""
    own = set(actor.Settings.__struct_fields__)
    theirs = set(engine.Settings.__struct_fields__)
    for key in placement.settings.keys() - own - theirs:
        yield f"{name} has no setting {key!r}", nearest(key, own | theirs, "settings")
    for struct in (actor.Settings, engine.Settings):
        names = set(struct.__struct_fields__)
        try:
            msgspec.convert({k: v for k, v in placement.settings.items() if k in names}, struct)
        except msgspec.ValidationError as error:
            yield f"settings of {name}: {error}", ""
