"""Verb `avatar models`: what the engines' models are, whether they are here, and getting them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def models(
    action: Annotated[str, typer.Argument(help='"list", or "pull" to get one.')] = "list",
    name: Annotated[str, typer.Argument(help="Which one to pull.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """List the models that engines load: files, size, licence, where they come from, and whether they are here; or pull one.

    What was pulled in part is gone on with. Gated models ask for HF_TOKEN, from the environment or from .env.

    Example: avatar models pull faster-whisper-large-v3-turbo
    """
    import msgspec

    from bus.errors import Wrong
    from remote.pulling import pull, token
    from topology.needs import need_named, needs

    if action not in ("list", "pull") or (action == "pull") != bool(name):
        raise Wrong("say what to do with models", "avatar models, or: avatar models pull NAME")
    if action == "pull":
        need = need_named(name)
        pull(need.weights, token(Path.cwd()), _show)
        typer.echo(f"{name} is in {need.weights.folder}")
        return
    found = list(needs())
    for each in found:
        told = {"here": each.is_here, "folder": str(each.weights.folder), **msgspec.to_builtins(each)}
        typer.echo(msgspec.json.encode(told).decode() if as_json else each.line())
    if not found and not as_json:
        typer.echo("no engine of this installation has a model to pull")


def _show(file: str, have: int, size: int) -> None:
    """A line that is written over, on a terminal; nothing in a pipe."""
    import sys

    if sys.stderr.isatty():
        of = f" of {size / 1e6:,.0f}" if size else ""
        typer.echo(f"\r{file}: {have / 1e6:,.0f}{of} MB", nl=bool(size) and have >= size, err=True)
