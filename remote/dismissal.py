"""Dismissal of processes: told to end again and again, waited for, and killed when they do not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.control import ActorCall
from remote.child import Child

_log = logging.getLogger(__name__)

STOP_S = 6.0
"""How long an actor may take to end before it is killed; also one that has said why it goes."""
TELL_NS = 250 * MS
"""How often they are told: one that has just been started says hello later, and a hub that dies forgets what it was told."""
LOOK_MS = 10.0


def dismiss(children: Sequence[Child], tell: Callable[[str, ActorCall], None]) -> None:
    """Waits until all these processes are gone. `tell` sends a verb to the hub."""
    started_ns, told_ns = now_ns(), 0
    while running := [c for c in children if c.exit_code() is None]:
        if now_ns() - started_ns > STOP_S * SECOND:
            break
        if now_ns() - told_ns > TELL_NS:
            told_ns = now_ns()
            for name in {c.name for c in running}:
                tell("stop", ActorCall(name))
        sleep_ms(LOOK_MS)
    for child in children:
        if child.exit_code() is None:
            _log.error("killed actor=%s: it did not end within %.0f s", child.name, STOP_S)
        child.kill()
