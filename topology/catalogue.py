"""Catalogue of the actors: every folder of `actors/` that holds an actor.py."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import actors
from bus.actor import Actor
from bus.errors import Wrong
from topology.fault import nearest

Cast = Mapping[str, type[Actor]]
"""Actor name -> its class."""


class Catalogue(Cast):
    """All actors by name, such as "turn-manager". An actor is imported when it is looked up, not before."""

    def __iter__(self) -> Iterator[str]:
        folders = {shell.parent.name for place in actors.__path__ for shell in Path(place).glob("*/actor.py")}
        return iter(sorted(folder.replace("_", "-") for folder in folders))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __getitem__(self, name: str) -> type[Actor]:
        if name not in list(self):
            raise KeyError(name)
        return _defined_in(f"actors.{name.replace('-', '_')}.actor")

    def __contains__(self, name: object) -> bool:
        return name in list(self)


HOUSE = Catalogue()
"""The actors of this checkout or installation."""


def actor_class(name: str) -> type[Actor]:
    """The class of an actor. Raises Wrong for a name that is not in the catalogue."""
    if name not in HOUSE:
        raise Wrong(f'there is no actor "{name}"', nearest(name, HOUSE, "actors"))
    return HOUSE[name]


@cache
def _defined_in(module_name: str) -> type[Actor]:
    module = importlib.import_module(module_name)
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Actor) and thing.__module__ == module_name
    ]
    if len(found) != 1:
        raise TypeError(f"{module_name} must define one Actor, not {len(found)}: {[c.__name__ for c in found]}")
    return found[0]
