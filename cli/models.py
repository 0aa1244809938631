"""Verb `avatar models`: what the engines' models are, whether they are here and whole, and getting them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from topology.needs import Need

Deed = Literal["list", "check", "pull"]


def models(
    deed: Annotated[Deed, typer.Argument(help="What to do.")] = "list",
    names: Annotated[
        list[str] | None, typer.Argument(help="Which ones to check or to pull. Default of check: all that are here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")] = False,
) -> None:
    """List the models that engines load: files, size, licence, where they come from, and whether they are here; check those
    that are here, byte for byte; or pull some.

    What was pulled in part is gone on with. Gated models ask for HF_TOKEN, from the environment or from .env.

    Example: avatar models pull faster-whisper-large-v3-turbo
    """
    from bus.errors import Wrong
    from topology.needs import need_named, needs

    chosen = [need_named(name) for name in names or ()]
    if deed == "list":
        if chosen:
            raise Wrong("a list is of all models", "avatar models, or: avatar models check NAME")
        _list(as_json=as_json)
    elif deed == "check":
        _check(chosen or [need for need in needs() if need.is_begun], as_json=as_json)
    elif not chosen:
        raise Wrong("say which models to pull", "see what there is: avatar models")
    else:
        _pull(chosen)


def _list(*, as_json: bool) -> None:
    import msgspec

    from topology.needs import included, needs

    for need in needs():
        told = {"here": need.is_here, "folder": str(need.weights.folder), **msgspec.to_builtins(need)}
        typer.echo(msgspec.json.encode(told).decode() if as_json else need.lines())
    for found in included():
        told = {"here": found.is_here, **msgspec.to_builtins(found)}
        typer.echo(msgspec.json.encode(told).decode() if as_json else found.lines())


def _check(chosen: list[Need], *, as_json: bool) -> None:
    import json

    from bus.errors import Broken
    from remote.pulled import faults_of

    if not chosen and not as_json:
        typer.echo("no model is here: see avatar models")
    broken: list[str] = []
    for need in chosen:
        name, faults = need.weights.name, faults_of(need.weights)
        broken += [name] if faults else []
        told = json.dumps({"name": name, "faults": faults}) if as_json else f"{name}: {', '.join(faults) or 'whole'}"
        typer.echo(told)
    if broken:
        raise Broken(f"not whole: {', '.join(broken)}", f"get it again: avatar models pull {' '.join(broken)}")


def _pull(chosen: list[Need]) -> None:
    from remote.pulling import pull, token

    secret = token(Path.cwd())
    for need in chosen:
        pull(need.weights, secret, _show)
        typer.echo(f"{need.weights.name} is in {need.weights.folder}")


def _show(file: str, have: int, size: int) -> None:
    """A line that is written over, on a terminal; nothing in a pipe."""
    import sys

    if sys.stderr.isatty():
        of = f" of {size / 1e6:,.0f}" if size else ""
        typer.echo(f"\r{file}: {have / 1e6:,.0f}{of} MB", nl=bool(size) and have >= size, err=True)
