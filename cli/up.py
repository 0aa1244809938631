"""Verb `avatar up`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def up(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Leave the call running in the background.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Apply the plan whenever it, or a file it names, is saved.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")] = False,
) -> None:
    """Start a call and show it until it ends. Ctrl-C ends it in order; twice: at once.

    A call of this plan that runs in the background, or whose `avatar up` was killed, is shown again.

    Example: avatar up topology/demo.toml
    """
    from bus.errors import Wrong
    from remote.evening import rejoin, spend
    from remote.session import Session
    from topology.reading import read_plan

    if watch and detach:
        raise Wrong(
            "--watch needs the call in the foreground", "leave --detach out, or change the call with: avatar apply"
        )
    found = read_plan(plan)
    call = Session.of(found)
    if not detach and call.may_be_rejoined(found):
        raise typer.Exit(rejoin(call, found, quiet=quiet, watch=plan if watch else None))
    Session.free(found)  # asked first: a call that is already up has the plan's ports
    raise typer.Exit(spend(read_plan(plan, ports=True), detach=detach, quiet=quiet, watch=plan if watch else None))
