"""Verb `avatar logs`: what the processes of a call logged."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from remote.journal import Entry

_COLOURS = ("cyan", "green", "magenta", "blue", "bright_cyan", "bright_green", "bright_magenta", "bright_blue")


def logs(
    actor: Annotated[
        str, typer.Argument(help='Only this actor; "hub" and "agent" have logs too.', show_default=False)
    ] = "",
    session: Annotated[
        str, typer.Option(help="Which call. Default: the one that runs, or ran last.", metavar="NAME")
    ] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the call or Ctrl-C ends it.")] = False,
    since: Annotated[str, typer.Option(help='Not older than "30s", "5m", "2h", or a time.', metavar="TIME")] = "",
    grep: Annotated[str, typer.Option(help="Only entries that match.", metavar="RE")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Only the last so many. 0: all.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """Show the logs of a call, merged by time, also after it has ended. Nothing that was said stands in them.

    Example: avatar logs tts -f --since 5m
    """
    from remote.far.shelf import shelves
    from remote.journal import Chosen, Journal, session_with_logs

    call = session_with_logs(session)
    chosen = Chosen(since=since, pattern=grep)
    with shelves(call, actor) as elsewhere:
        journal = Journal(call, actor, elsewhere)
        found = [entry for entry in journal.fresh() if chosen(entry)]
        for entry in found[-lines:] if lines else found:
            _show(entry, as_json=as_json)
        away: dict[str, str] = {}
        _tell_away(journal.away, away)
        if not found:
            typer.echo(_nothing(actor, chosen=bool(since or grep), follow=follow), err=True)
        if follow:
            with suppress(KeyboardInterrupt):
                for fresh in journal.follow(call.lives):
                    if fresh is None:
                        _tell_away(journal.away, away)
                    elif chosen(fresh):
                        _show(fresh, as_json=as_json)


def _tell_away(away: dict[str, str], told: dict[str, str]) -> None:
    """One line for each host whose logs cannot be had, once as long as it is so."""
    for host in away.keys() - told.keys():
        typer.echo(f"the logs of {host} are not shown, it is out of reach: {away[host]}", err=True)
    told.clear()
    told.update(away)


def _nothing(actor: str, *, chosen: bool, follow: bool) -> str:
    """Silence would look like a mistake."""
    what = f"{actor or 'the call'} has logged nothing{' that fits' if chosen else ''}"
    return f"{what} yet; Ctrl-C ends the waiting" if follow else what


def _show(entry: Entry, *, as_json: bool) -> None:
    import sys
    import zlib

    import msgspec

    if as_json:
        print(msgspec.json.encode(entry).decode(), flush=True)
        return
    colour = {"warning": "yellow", "error": "red", "critical": "red"}.get(entry.level)
    typer.secho(entry.line(), fg=colour or _COLOURS[zlib.crc32(entry.actor.encode()) % len(_COLOURS)])
    sys.stdout.flush()
