"""Actor process: `python -m actors NAME`, started by the host agent, which tells it the rest on stdin."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from actors.shell import shell_in
from bus.actor import Actor
from bus.errand import Errand, take_errand
from bus.errors import AvatarError, Wrong
from bus.greeting import hello_of
from bus.orphan import OrphanActor
from bus.runtime import Runtime

_log = logging.getLogger(__name__)


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


def main() -> int:
    """Exit code 0: told to stop; 1: failed, a restart may help (also when nobody caught it); 2: a restart cannot help."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one in the foreground, who ends us in order
    try:
        orphan = OrphanActor()
        errand, _ = take_errand(orphan.live_on)
        asyncio.run(live(errand, orphan))
    except AvatarError as error:
        _log.error("%s", str(error).replace("\n", " | "))
        return 1 if error.restart_helps else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
