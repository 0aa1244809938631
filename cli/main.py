"""Command line `avatar`: finds the verb, and says every error in two lines."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from typing import Annotated, TextIO

import typer

from bus.errors import AvatarError

VERBS = {
    "up": "cli.up:up",
    "down": "cli.down:down",
    "ask": "cli.ask:ask",
    "say": "cli.say:say",
    "restart": "cli.restart:restart",
    "apply": "cli.apply:apply",
    "move": "cli.move:move",
    "status": "cli.status:status",
    "topics": "cli.topics:topics",
    "tap": "cli.tap:tap",
    "record": "cli.record:record",
    "logs": "cli.logs:logs",
    "check": "cli.check:check",
    "graph": "cli.graph:graph",
    "face": "cli.face:face",
    "voice": "cli.voice:voice",
    "doctor": "cli.doctor:doctor",
    "models": "cli.models:models",
    "bench": "cli.bench:bench",
    "chaos": "cli.chaos:chaos",
    "new": "cli.new:new",
    "docs": "cli.docs:docs",
}
"""Verb -> "module:function", in the order of the help. Only the file of the verb that was typed is imported."""
GROUPS = {
    "Run a call": ("up", "down", "ask", "say", "restart", "apply", "move"),
    "Look into a running call": ("status", "topics", "tap", "record", "logs"),
    "Plans and this machine": ("check", "graph", "doctor", "models", "bench", "chaos", "face", "voice"),
}
"""Headings of the help; all others stand below "Work on avatar itself"."""
HIDDEN = frozenset({"docs"})
"""Verbs for people who work on avatar itself."""

INTERRUPTED = 130


def main() -> None:
    """Runs the command line and ends the process: 0 done, 1 it failed, 2 wrong usage, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console of Windows cannot show every letter
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], errors: TextIO | None = None) -> int:
    """Runs one command line; gives the exit code and writes what went wrong to `errors` (default: stderr)."""
    out = errors or sys.stderr
    try:
        app_for(arguments)(args=list(arguments), prog_name="avatar")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except AvatarError as error:
        print(f"avatar: {error.what}", file=out)
        if error.todo:
            print(f"        {error.todo}", file=out)
        return error.exit_code
    except Exception as error:
        if os.environ.get("AVATAR_DEBUG"):
            raise
        print(f"avatar: this is a bug: {type(error).__name__}: {error}", file=out)
        print("        AVATAR_DEBUG=1 in the environment shows where; please report it", file=out)
        return 1
    return 0


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The app that can answer these arguments: with the one verb that was typed, or with all of them for the help."""
    typed = next((word for word in arguments if not word.startswith("-")), "")
    app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
    app.callback()(_avatar)
    for verb in [typed] if typed in VERBS else VERBS:
        module, _, function = VERBS[verb].partition(":")
        run_verb = getattr(importlib.import_module(module), function)
        app.command(verb, hidden=verb in HIDDEN, rich_help_panel=_group_of(verb))(run_verb)
    return app


def _group_of(verb: str) -> str:
    return next((group for group, verbs in GROUPS.items() if verb in verbs), "Work on avatar itself")


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"avatar {importlib.metadata.version('avatar-call')}")
        raise typer.Exit


def _avatar(
    version: Annotated[
        bool, typer.Option("--version", help="Tell the version.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """An open digital clone for video calls: it listens, thinks, and answers out loud, with a face."""


if __name__ == "__main__":
    main()
