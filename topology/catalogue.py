"""Catalogue of the actors: every folder of `actors/` that holds an actor.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import actors
from actors.shell import shell_in
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
        return shell_in(f"actors.{name.replace('-', '_')}.actor")

    def __contains__(self, name: object) -> bool:
        return name in list(self)


HOUSE = Catalogue()
"""The actors of this checkout or installation."""


def actor_class(name: str) -> type[Actor]:
    """The class of an actor. Raises Wrong for a name that is not in the catalogue."""
    if name not in HOUSE:
        raise Wrong(f'there is no actor "{name}"', nearest(name, HOUSE, "actors"))
    return HOUSE[name]
