"""Verb `avatar restart`: a fresh process for one actor of a running call."""

from __future__ import annotations

from typing import Annotated

import typer


def restart(
    actor: Annotated[str, typer.Argument(help='The actor; "tts#1" is one of its replicas.', show_default=False)],
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """Give an actor of a running call a fresh process. The new one loads first; nothing that was said is lost.

    Example: avatar restart tts
    """
    import msgspec

    from remote.replacing import replace_actor
    from remote.session import Session
    from remote.visit import visit

    with visit(Session.find(session), "restart") as client:
        for done in replace_actor(client, actor):
            if as_json:
                print(msgspec.json.encode(done).decode(), flush=True)
            else:
                print(f"{done.actor} restarted: epoch {done.epoch}, took {done.took_s:.2f} s", flush=True)
