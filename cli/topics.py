"""Verb `avatar topics`: what flows in a running call."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from remote.topics import TopicRow


def topics(
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Again every second, with rates. Ctrl-C ends it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """Show the topics of a running call: lane, traffic, who gives them, who takes them, and how many tap them.

    Example: avatar topics --watch
    """
    from bus.clock import now_ns
    from remote.repeating import every_second
    from remote.session import Session
    from remote.topics import topic_rows, views_of
    from remote.visit import visit

    call = Session.find(session)
    with visit(call, "topics") as client:
        rows, asked_ns = topic_rows(views_of(client)), now_ns()
        if not watch:
            _show(rows.values(), as_json=as_json)
            return
        with suppress(KeyboardInterrupt):
            for _ in every_second(call.lives):
                rows, asked_ns = topic_rows(views_of(client), rows, now_ns() - asked_ns), now_ns()
                _show(rows.values(), as_json=as_json, again=True)


def _show(rows: Iterable[TopicRow], *, as_json: bool, again: bool = False) -> None:
    import msgspec

    from cli.screen import show
    from remote.topics import topic_table

    if as_json:
        for row in rows:
            print(msgspec.json.encode(row).decode(), flush=True)
    else:
        show(topic_table(rows), again=again)
