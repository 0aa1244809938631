"""Verb `avatar say`: the avatar speaks a text word for word."""

from __future__ import annotations

from typing import Annotated

import typer


def say(
    text: Annotated[str, typer.Argument(help='The text; "-" reads it from stdin.', show_default=False)],
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make the avatar of a running call say a text word for word, when it is its turn.

    Example: avatar say "One moment, please."
    """
    import json

    from bus.messages import Say
    from cli.words import words_of
    from remote.session import Session
    from remote.typed import hand_over, speakable
    from remote.visit import visit

    words = speakable(words_of(text))
    call = Session.find(session)
    with visit(call, "say", gives=(Say,)) as client:
        hand_over(client, Say(text=words))
    if as_json:
        print(json.dumps({"session": call.name, "text": words}, ensure_ascii=False))
