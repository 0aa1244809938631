"""Landing on another host: what is there for the call when the code, its environment and its files have arrived."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bus.actor import Actor
from bus.parcel import Road
from topology.catalogue import actor_class
from topology.choice import candidates
from topology.extras import extras_of
from topology.plan import AUTO, Placement, Plan
from topology.settings import input_paths


class Landing(msgspec.Struct, frozen=True):
    """A Python of that host, the folder with the code, where input files of this host are there, and two free ports."""

    python: str
    folder: str
    files: dict[str, str]
    ports: dict[Road, int]
    extras: tuple[str, ...] = ()
    """What that Python has beside the base."""
    pythons: dict[str, str] = {}
    """Another Python for actors that need more, by actor."""


def grown(landing: Landing, later: Landing, before: Plan, plan: Plan, host_name: str) -> Landing:
    """What is there when `later` was brought, too, for a plan that comes after `before`.

    The host agent keeps the Python that it runs with. An actor that needs an extra which this one has not gets the later
    one, and keeps it as long as nothing else about the actor changes.
    """
    pythons = {}
    for placement in plan.on(host_name):
        if not set(extras_of([placement])) <= set(landing.extras):
            had = landing.pythons.get(placement.actor, "")
            is_same = before.actors.get(placement.actor) == placement
            pythons[placement.actor] = had if had and is_same else later.python
    return msgspec.structs.replace(landing, files=landing.files | later.files, pythons=pythons)


def inputs_of(placement: Placement) -> dict[str, Path]:
    """The input files and folders of a placed actor that lie on this machine, by setting; those of engines that "auto" may
    choose as "ENGINE.SETTING".

    What is not here is a path of its own host, and stays what it is.
    """
    actor: type[Actor] = actor_class(placement.actor)
    engine = actor.engine_class(placement.engine) if placement.engine in actor.engines else None
    paths = input_paths(placement.settings, actor, engine)
    for name in candidates(actor) if placement.engine == AUTO else ():
        inner = placement.settings.get(name)
        if isinstance(inner, dict):
            found = input_paths(inner, actor, actor.engine_class(name))
            paths |= {f"{name}.{key}": path for key, path in found.items()}
    return {key: path for key, path in paths.items() if path.is_absolute() and path.exists()}


def landed_plan(plan: Plan, host_name: str, landing: Landing) -> Plan:
    """The plan as that host must read it: its actors' input files are where they have landed."""
    actors = {
        name: _landed(placement, landing) if placement.host == host_name else placement
        for name, placement in plan.actors.items()
    }
    return msgspec.structs.replace(plan, actors=actors)


def _landed(placement: Placement, landing: Landing) -> Placement:
    settings = dict(placement.settings)
    for key, path in inputs_of(placement).items():
        if there := landing.files.get(str(path)):
            engine, _, inner = key.rpartition(".")
            table = settings.get(engine)
            if isinstance(table, dict):
                settings[engine] = {**table, inner: there}
            else:
                settings[key] = there
    python = placement.python or landing.pythons.get(placement.actor, "")
    return msgspec.structs.replace(placement, settings=settings, python=python)
