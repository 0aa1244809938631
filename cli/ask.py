"""Verb `avatar ask`: a question to the avatar, typed instead of spoken."""

from __future__ import annotations

from typing import Annotated

import typer


def ask(
    text: Annotated[str, typer.Argument(help='The question; "-" reads it from stdin.', show_default=False)],
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Print the answer once it was heard.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="How long --wait waits, in seconds.")] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Ask the avatar of a running call something in writing, as if it had been said.

    Example: avatar ask --wait "What do you do?"
    """
    import json

    import msgspec

    from bus.messages import Ask
    from cli.words import words_of
    from remote.copy import printable
    from remote.session import Session
    from remote.typed import TAKES, answer_to, hand_over
    from remote.visit import visit

    words = words_of(text)
    call = Session.find(session)
    with visit(call, "ask", takes=TAKES if wait else (), gives=(Ask,)) as client:
        if not wait:
            hand_over(client, Ask(text=words))
            if as_json:
                print(json.dumps({"session": call.name, "text": words}, ensure_ascii=False))
            return
        reply = answer_to(client, words, alive=call.lives, timeout_s=timeout)
    if as_json:
        print(msgspec.json.encode(reply).decode())
        return
    print(printable(reply.answer))
    if reply.interrupted:
        typer.echo("(interrupted)", err=True)
