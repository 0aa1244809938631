"""Verb `avatar down`: ends a running call."""

from __future__ import annotations

from typing import Annotated

import typer


def down(
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    every: Annotated[bool, typer.Option("--all", help="All calls of this user.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line on stdout, one for each call.")
    ] = False,
) -> None:
    """End a running call in order, and wait until nothing of it is left. Tells how it ended, and where the film is.

    Example: avatar down
    """
    import json

    import msgspec

    from remote.closing import close_call, ending_lines
    from remote.session import Session

    calls = [Session.find(session)] if session else [s for s in map(Session, Session.names()) if s.lives()]
    if not calls or (len(calls) > 1 and not every):
        calls = [Session.find()]
    failed = False
    for call in calls:
        ending = close_call(call)
        failed |= bool(ending.what or ending.warnings)
        if as_json:
            told = {"session": call.name, **msgspec.to_builtins(ending)}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            typer.echo("\n".join(ending_lines(call.name, ending)))
    raise typer.Exit(failed)
