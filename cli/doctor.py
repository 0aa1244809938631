"""Verb `avatar doctor`: whether this machine, or another host, can run a call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def doctor(
    host: Annotated[
        str, typer.Argument(help="A host of the plan, or user@host:port, or a name of your ssh config.")
    ] = "",
    plan: Annotated[Path | None, typer.Option(help="The plan that names the host.", show_default=False)] = None,
    out: Annotated[Path, typer.Option(help="Folder that recordings would go to.")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """Check this machine: packages, models, ports, disk, sound and camera. With a HOST: login, host key, forwarding,
    round trip, clock, bandwidth, Python, disk and GPU over there. Changes nothing.

    Example: avatar doctor root@203.0.113.7:41022
    """
    import msgspec

    from remote.checkup import checkup
    from remote.ssh.checkup import host_checkup
    from remote.ssh.naming import host_named

    failed = False
    for finding in host_checkup(host_named(host, plan)) if host else checkup(out):
        failed |= finding.verdict == "fail"
        if as_json:
            print(msgspec.json.encode(finding).decode())
            continue
        colour = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}[finding.verdict]
        typer.echo(f"{typer.style(f'{finding.verdict:<4}', fg=colour)}  {finding.subject:<22}  {finding.what}")
        if finding.todo:
            typer.echo(f"{'':<30}{finding.todo}")
    raise typer.Exit(1 if failed else 0)
