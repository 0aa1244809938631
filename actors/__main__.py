"""Actor process: `python -m actors NAME`, started by the host agent, which tells it the rest on stdin."""

from __future__ import annotations

import os
import sys

from actors.shell import shell_in
from bus.actor import Actor
from bus.errand import Errand
from bus.errors import Wrong
from bus.greeting import hello_of
from bus.orphan import OrphanActor
from bus.process import run_errand
from bus.runtime import Runtime


def actor_class(name: str) -> type[Actor]:
    """The actor of that name: the Actor class defined in actors/<name with underscores>/actor.py. Raises Wrong."""
    module_name = f"actors.{name.replace('-', '_')}.actor"
    try:
        return shell_in(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise Wrong(f"there is no actor {name!r}", "make one: avatar new " + name) from None
        raise


async def live(errand: Errand, orphan: OrphanActor) -> None:
    """Builds the actor and runs it to its end."""
    actor = actor_class(errand.group or errand.name).build(errand.engine, errand.settings)
    hello = hello_of(actor, errand.epoch, os.getpid(), errand.name)
    await Runtime(actor, errand.keys, errand.control_port, hello, errand.host, orphan).run()


if __name__ == "__main__":
    sys.exit(run_errand(live))
