"""Verb `avatar new`: the first files of an actor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    actor: Annotated[str, typer.Argument(help='Its name, such as "lip-reader".', show_default=False)],
    root: Annotated[Path | None, typer.Option(help="The checkout. Default: the one this command runs from.")] = None,
) -> None:
    """Write a new actor: its shell, its engine's protocol, a fake engine, and scenes that pass.

    Example: avatar new lip-reader
    """
    import actors
    from cli.scaffold import write_actor

    here = (root or Path(actors.__path__[0]).parent).resolve()
    for path in write_actor(actor, here):
        print(path.relative_to(here).as_posix())
    folder = actor.replace("-", "_")
    print(f"\nNext: 1. pytest tests/actors/{folder} -q")
    print(f"      2. say in actors/{folder}/actor.py what it takes and gives: the annotations are the wiring")
    print(f"      3. add [actors.{actor}] to a plan, then: avatar check PLAN")
    print("      4. make fix check")
