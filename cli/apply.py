"""Verb `avatar apply`: a running call goes on by an edited plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def apply(
    plan: Annotated[
        Path | None, typer.Argument(help="The plan. Default: the file that the call was started from.")
    ] = None,
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Change a running call to an edited plan. Only what changed is replaced; a bad plan changes nothing at all.

    Example: avatar apply --dry-run
    """
    import msgspec

    from cli.faults import tell_faults
    from remote.applied import applied_lines
    from remote.applying import apply_plan, plan_of
    from remote.session import Session
    from remote.visit import visit
    from topology.reading import examine

    call = Session.find(session)
    file = plan or plan_of(call)
    found, faults = examine(file)
    errors = [fault for fault in faults if not fault.warning]
    if found is None or errors:
        tell_faults(file, faults, as_json=as_json)
        raise typer.Exit(2)
    with visit(call, "apply") as client:
        applied = apply_plan(client, found, dry_run=dry_run, tell=lambda line: typer.echo(f"… {line}", err=True))
    if as_json:
        print(msgspec.json.encode(applied).decode())
        return
    for line in applied_lines(applied, dry_run=dry_run):
        print(line)
