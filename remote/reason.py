"""Reason of a process's end: what it said itself, else what its exit code tells."""

from __future__ import annotations

from bus.clock import MS, now_ns
from bus.errors import AvatarError, Broken
from remote.child import Child

WORD_NS = 1_000 * MS
"""How much later than its end a process's reason may come: it goes through the hub."""
HOPELESS = 2
"""Exit code of an actor that a restart cannot help."""


class StartFailed(AvatarError):
    """An actor could not be started; with its own words and exit code."""

    def __init__(self, what: str, todo: str, exit_code: int) -> None:
        super().__init__(what, todo)
        self.exit_code = exit_code


def reason_of(child: Child) -> tuple[AvatarError, bool]:
    """Why it ended, and whether a restart cannot help."""
    if child.bye is not None:
        return StartFailed(child.bye.what, child.bye.todo, child.bye.exit_code), child.bye.hopeless
    return Broken(child.how_it_ended, f"its log: {child.log_path}"), child.exit_code() == HOPELESS


def may_still_say(child: Child) -> bool:
    """Whether the reason of a process that has ended may still come. One that was killed gives none."""
    return child.bye is None and child.exit_code() in (1, HOPELESS) and now_ns() - child.ended_ns < WORD_NS


def died_too_often(deaths: int, last: AvatarError) -> Broken:
    """Why one is given up that died so often, and why the last time."""
    return Broken(f"it died {deaths} times, the last time: {last.what}" if deaths > 1 else last.what, last.todo)
