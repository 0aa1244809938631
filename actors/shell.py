"""Shell of an actor: the one Actor class that a module defines."""

from __future__ import annotations

import importlib
from functools import cache

from bus.actor import Actor


@cache
def shell_in(module_name: str) -> type[Actor]:
    """The Actor class defined in `module_name` (imported ones do not count). Raises TypeError unless there is just one."""
    module = importlib.import_module(module_name)
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Actor) and thing.__module__ == module_name
    ]
    if len(found) != 1:
        raise TypeError(f"{module_name} must define one Actor, not {len(found)}: {[c.__name__ for c in found]}")
    return found[0]
