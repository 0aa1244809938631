"""Wish for another plan: what a running call is asked for, arguments of the host agent's verb "apply"."""

from __future__ import annotations

import msgspec

from remote.applied import Gate
from topology.plan import Plan


class Wish(msgspec.Struct, frozen=True):
    """Another plan. `gate`, `epochs` and `cancelled` are what the host agent that leads adds for those of other hosts."""

    number: int
    """Any that no other wish has, such as the time."""
    plan: Plan
    dry_run: bool = False
    gate: Gate = "return"
    """How far a host may go by itself."""
    epochs: dict[str, int] = {}
    """Of the processes of each actor, wherever they are: those to come get later ones."""
    cancelled: bool = False
    """Another host cannot: everything is to be as it was, which is what `plan` says then."""
