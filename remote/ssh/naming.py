"""Naming of another host by a person: as a plan calls it, or as ssh does."""

from __future__ import annotations

from pathlib import Path

from bus.errors import Wrong
from topology.plan import Host
from topology.reading import read_plan


def host_named(name: str, plan: Path | None) -> Host:
    """The host that a plan calls so; without one in it, what ssh understands. Raises Wrong."""
    hosts = read_plan(plan).hosts if plan is not None else {}
    if name in hosts:
        return hosts[name]
    try:
        return Host(ssh=name)
    except ValueError as error:
        known = f"hosts of {plan}: {', '.join(hosts)}" if hosts else "write user@host:port"
        raise Wrong(str(error), known) from None
