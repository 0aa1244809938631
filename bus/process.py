"""Process of an actor: takes its errand from the host agent, lives until it is told to stop, and leaves with an exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from bus.errand import Errand, take_errand
from bus.errors import AvatarError
from bus.off_loop import left_behind
from bus.orphan import OrphanActor

_log = logging.getLogger(__name__)

FAREWELL_S = 2.0
"""So long may a model's call in hand still take when the process ends."""


def run_errand(live: Callable[[Errand, OrphanActor], Coroutine[Any, Any, None]]) -> int:
    """Exit code 0: told to stop; 1: failed, a restart may help (also when nobody caught it); 2: a restart cannot help."""
    code = 1
    try:
        code = _lived(live)
    finally:
        if name := left_behind(FAREWELL_S):
            _log.error("a call of %s does not come back: left behind", name)
            logging.shutdown()
            os._exit(code)
    return code


def _lived(live: Callable[[Errand, OrphanActor], Coroutine[Any, Any, None]]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one in the foreground, who ends us in order
    try:
        orphan = OrphanActor()
        errand, _ = take_errand(orphan.live_on)
        asyncio.run(live(errand, orphan))
    except AvatarError as error:
        _log.error("%s", str(error).replace("\n", " | "))
        return 1 if error.restart_helps else 2
    return 0
