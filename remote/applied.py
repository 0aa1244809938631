"""Applied plan: what a change of a running call's plan did or would do, and its lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from topology.change import Change
from topology.plan import Plan, Session
from topology.reading import session_name

Phase = Literal[
    "busy", "serving", "loading", "loaded", "parting", "parted", "taking", "taken", "leaving", "done",
    "receding", "receded", "returning", "refused",
]  # fmt: skip
"""What the host agent does with a plan; "busy": nothing, another one is being applied."""
Gate = Literal["load", "part", "take", "leave", "return"]
"""How far a host may go with a change of plan before it is told to go on, or to go back: "return" opens the way back, too."""
Deed = Literal["started", "replaced", "stopped", "eased", "set", "later"]

NOTHING = "= nothing has changed"
NEEDS_UP = ("name", "record")
"""Keys of [session] that are read when a call starts, and not again."""


class Step(msgspec.Struct, frozen=True):
    """One thing that changed: a process (`name` is that of the actor, or of a replica), or a key of the plan."""

    deed: Deed
    name: str
    reasons: tuple[str, ...] = ()
    took_s: float = 0.0
    """From the wish to the new process at work; 0 while it is not, and for what needs no process."""


class Applied(msgspec.Struct, frozen=True):
    """How far a plan is. `what` and `todo` say why it was refused."""

    phase: Phase
    steps: tuple[Step, ...] = ()
    what: str = ""
    todo: str = ""
    exit_code: int = 1

    @property
    def over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.phase in ("busy", "done", "refused")


def steps_of(what: Change, old: Plan, new: Plan, took_s: Mapping[str, float]) -> tuple[Step, ...]:
    """All that changes between two plans; `took_s` by the name of the process."""
    return tuple(_steps(what, old, new, took_s))


def _steps(what: Change, old: Plan, new: Plan, took_s: Mapping[str, float]) -> Iterator[Step]:
    for each in (*what.service_replaces, *what.replaces):
        yield Step("replaced", str(each.unit), each.reasons, took_s.get(str(each.unit), 0.0))
    for name in (*what.service_starts, *map(str, what.starts)):
        yield Step("started", name, (), took_s.get(name, 0.0))
    for name in (*map(str, what.stops), *what.service_stops):
        yield Step("stopped", name, (), took_s.get(name, 0.0))
    for name in what.eased:
        yield Step("eased", name)
    for host in what.turns:
        yield Step("set", f"hosts.{host}.ssh", (f"{old.hosts[host].ssh} -> {new.hosts[host].ssh}",))
    if old.session.grace_s != new.session.grace_s:
        yield Step("set", "session.grace_s", (f"{old.session.grace_s:g} -> {new.session.grace_s:g}",))
    for key in NEEDS_UP:
        if getattr(old.session, key) != getattr(new.session, key) and not _is_only_the_file(key, old, new):
            yield Step("later", f"session.{key}")


def _is_only_the_file(key: str, old: Plan, new: Plan) -> bool:
    """Whether a session would have another name only because another file, which names none, was applied."""
    return key == "name" and old.file != new.file and new.session.name == session_name(Path(new.file))


def kept_session(old: Session, new: Session) -> Session:
    """The session that goes on: what only a new `avatar up` can change stays as it is."""
    return msgspec.structs.replace(new, **{key: getattr(old, key) for key in NEEDS_UP})


_DONE: dict[Deed, tuple[str, str, str]] = {
    "replaced": ("~", "replaced {}", "would replace {}"),
    "started": ("+", "started {}", "would start {}"),
    "stopped": ("-", "stopped {}", "would stop {}"),
    "eased": ("~", "{} keeps its process and has other restart rules", "{} would keep its process, with other rules"),
    "set": ("~", "set {}", "would set {}"),
    "later": (
        "!",
        "{} was left as it is: that needs a new `avatar up`",
        "{} would be left: it needs a new `avatar up`",
    ),
}


def applied_lines(applied: Applied, *, dry_run: bool) -> list[str]:
    """Lines for people, one for each step; in the conditional when nothing was touched."""
    if not applied.steps:
        return ["= nothing would change" if dry_run else NOTHING]
    return [_line(step, dry_run=dry_run) for step in applied.steps]


def _line(step: Step, *, dry_run: bool) -> str:
    mark, done, would = _DONE[step.deed]
    reasons = f": {', '.join(step.reasons)}" if step.reasons else ""
    took = f", {step.took_s:.1f} s" if step.took_s and not dry_run else ""
    return f"{mark} {(would if dry_run else done).format(step.name)}{reasons}{took}"
