"""Verb `avatar move`: an actor of a running call goes on on another host."""

from __future__ import annotations

from typing import Annotated

import typer


def move(
    actor: Annotated[str, typer.Argument(help="The actor.", show_default=False)],
    host: Annotated[str, typer.Argument(help='A host of the plan; "local" is this machine.', show_default=False)],
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Move an actor of a running call to another host. The new process loads there first, nothing is lost; then the plan's
    file says so too: its comments and its order stay.

    Example: avatar move face gpu
    """
    import msgspec

    from remote.applied import applied_lines
    from remote.applying import plan_of
    from remote.moving import move_actor
    from remote.session import Session
    from remote.visit import visit

    call = Session.find(session)
    with visit(call, "move") as client:
        applied = move_actor(client, plan_of(call), actor, host)
    if as_json:
        print(msgspec.json.encode(applied).decode())
        return
    for line in applied_lines(applied, dry_run=False):
        print(line)
