"""Verb `avatar docs`: writes the pages of docs/ that come from the code. Hidden: for people who work on avatar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def docs(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a page is stale.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Default: docs/ of this checkout.")] = None,
) -> None:
    """Write docs/ from the code: messages, actors, turns and the command line.

    Example: avatar docs --check
    """
    import actors
    from bus.errors import Broken
    from cli import pages

    place = folder or Path(actors.__path__[0]).parent / "docs"
    if not check:
        for name in pages.write(place):
            print(f"wrote {name}")
    elif old := pages.stale(place):
        raise Broken(f"stale pages in {place.name}/: {', '.join(old)}", "make fix writes them anew")
