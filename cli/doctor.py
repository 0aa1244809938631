"""Verb `avatar doctor`: whether this machine can run a call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def doctor(
    out: Annotated[Path, typer.Option(help="Folder that recordings would go to.")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """Check this machine: packages, models, ports, disk, sound and camera. Changes nothing.

    Example: avatar doctor --json
    """
    import msgspec

    from remote.checkup import checkup

    failed = False
    for finding in checkup(out):
        failed |= finding.verdict == "fail"
        if as_json:
            print(msgspec.json.encode(finding).decode())
            continue
        colour = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}[finding.verdict]
        typer.echo(f"{typer.style(f'{finding.verdict:<4}', fg=colour)}  {finding.subject:<22}  {finding.what}")
        if finding.todo:
            typer.echo(f"{'':<30}{finding.todo}")
    raise typer.Exit(1 if failed else 0)
