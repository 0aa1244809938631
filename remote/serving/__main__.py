"""Attendant's process: `python -m remote.serving NAME [early]`, started by the host agent, which tells it the rest on stdin."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import msgspec

from bus.errand import Errand, take_errand
from bus.errors import AvatarError
from bus.greeting import hello_of
from bus.orphan import OrphanActor
from bus.runtime import Runtime
from remote.mark import Mark
from remote.serving.attendant import EARLY, Attendant, ServiceSettings
from remote.serving.brood import mark_of
from remote.tether import tether_children

_log = logging.getLogger(__name__)


async def live(errand: Errand, orphan: OrphanActor) -> None:
    """Builds the attendant and runs it to its end."""
    settings = msgspec.convert(errand.settings, ServiceSettings)
    mark = mark_of(errand.keys, errand.name, Mark.own())
    attendant = Attendant(errand.name, mark, settings, dict(os.environ), early=EARLY in sys.argv)
    hello = hello_of(attendant, errand.epoch, os.getpid(), errand.name)
    hello = msgspec.structs.replace(hello, group=errand.name)
    await Runtime(attendant, errand.keys, errand.control_port, hello, errand.host, orphan).run()


def main() -> int:
    """Exit codes as those of an actor: 0 told to stop; 1 failed, a restart may help; 2 a restart cannot help."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tether_children()
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
