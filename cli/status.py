"""Verb `avatar status`: how a running call is doing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from remote.overview import Overview


def status(
    session: Annotated[str, typer.Option(help="Which call, when several are running.", metavar="NAME")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Again every second. Ctrl-C ends it.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on stdout, a line each with --watch.")
    ] = False,
) -> None:
    """Show how a running call is doing: its actors, camera and lips, and what was dropped. Exit code 1 without a hub.

    Example: avatar status --watch
    """
    from remote.overview import look
    from remote.repeating import every_second
    from remote.session import Session

    call = Session.find(session)
    view = look(call)
    _show(view, as_json=as_json, again=watch)
    if not watch:
        raise typer.Exit(view.phase == "no hub")
    with suppress(KeyboardInterrupt):
        for _ in every_second(call.lives):
            _show(look(call), as_json=as_json, again=True)


def _show(view: Overview, *, as_json: bool, again: bool) -> None:
    import msgspec

    from cli.screen import show
    from remote.overview import overview_lines

    if as_json:
        print(msgspec.json.encode(view).decode(), flush=True)
    else:
        show(overview_lines(view), again=again)
