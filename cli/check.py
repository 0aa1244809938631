"""Verb `avatar check`: every fault of a plan at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def check(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    ports: Annotated[
        bool, typer.Option("--ports/--no-ports", help="Look whether the plan's ports are free now.")
    ] = True,
) -> None:
    """Check a plan: names, settings, files, ports, and that every actor is fed. Starts nothing.

    Warns of what this machine lacks for the engines that the plan places here; avatar up refuses then.

    Example: avatar check topology/local.toml
    """
    from actors.gpu import gpus
    from cli.faults import tell_faults
    from topology.catalogue import HOUSE
    from topology.choice import choices, settle
    from topology.crossing import crossing_lines
    from topology.edges import edges
    from topology.gpu_memory import gpu_loads
    from topology.plan import LOCAL
    from topology.reading import examine

    found, faults = examine(plan, ports=ports, engines=True)
    if not tell_faults(plan, faults, as_json=as_json) or found is None:
        raise typer.Exit(2)
    if not as_json:
        count = len(edges({name: HOUSE[name] for name in found.actors}))
        hosts = ", ".join(found.used_hosts)
        print(f"{plan} is good: session {found.session.name}, {len(found.actors)} actors on {hosts}, {count} edges")
        for line in crossing_lines(found):
            print(line)
        settled = settle(found, LOCAL)
        for choice in choices(settled):
            print(f"auto: {choice}")
        for load in gpu_loads(settled, {LOCAL: max((gpu.total_mb for gpu in gpus()), default=0)}):
            print(load.line() if load.fits else f"warning: {load.line()}")
