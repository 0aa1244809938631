"""Attendant's process: `python -m remote.serving NAME [early]`, started by the host agent, which tells it the rest on stdin."""

from __future__ import annotations

import os
import sys

import msgspec

from bus.errand import Errand
from bus.greeting import hello_of
from bus.orphan import OrphanActor
from bus.process import run_errand
from bus.runtime import Runtime
from remote.mark import Mark
from remote.serving.attendant import EARLY, Attendant, ServiceSettings
from remote.serving.brood import mark_of
from remote.tether import tether_children


async def live(errand: Errand, orphan: OrphanActor) -> None:
    """Builds the attendant and runs it to its end."""
    settings = msgspec.convert(errand.settings, ServiceSettings)
    mark = mark_of(errand.keys, errand.name, Mark.own())
    attendant = Attendant(errand.name, mark, settings, dict(os.environ), early=EARLY in sys.argv)
    hello = hello_of(attendant, errand.epoch, os.getpid(), errand.name)
    hello = msgspec.structs.replace(hello, group=errand.name)
    await Runtime(attendant, errand.keys, errand.control_port, hello, errand.host, orphan).run()


if __name__ == "__main__":
    tether_children()
    sys.exit(run_errand(live))
