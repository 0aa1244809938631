"""Verb `avatar graph`: who sends what to whom in a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def graph(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    mermaid: Annotated[bool, typer.Option("--mermaid", help="A Mermaid flowchart.")] = False,
    dot: Annotated[bool, typer.Option("--dot", help="A Graphviz digraph.")] = False,
) -> None:
    """Draw a plan: its actors, where they run, and the messages between them.

    Example: avatar graph topology/split.toml --mermaid
    """
    from bus.errors import Wrong
    from topology.crossing import crossing_lines
    from topology.drawing import as_dot, as_mermaid, as_text
    from topology.reading import read_plan

    if mermaid and dot:
        raise Wrong("--mermaid and --dot are two different drawings", "ask for one of them")
    draw = as_mermaid if mermaid else as_dot if dot else as_text
    found = read_plan(plan)
    print(draw(found))
    if draw is as_text:
        for line in crossing_lines(found):
            print(f"\n{line}")
