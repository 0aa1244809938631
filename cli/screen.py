"""Screen of the verbs that show something again and again: written over on a terminal, one below the other in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer


def show(lines: Sequence[str], *, again: bool) -> None:
    """Prints lines; `again`: in the place of those before."""
    if not again:
        typer.echo("\n".join(lines))
    elif sys.stdout.isatty():
        # Cursor home, each line cleared to its end, then all below: no flicker.
        typer.echo("\x1b[H" + "".join(f"{line}\x1b[K\n" for line in lines) + "\x1b[J", nl=False, color=True)
    else:
        typer.echo("\n".join(lines) + "\n")
    sys.stdout.flush()
