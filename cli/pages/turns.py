"""Page of the turns: the turn-manager's table of states, as a diagram."""

from __future__ import annotations

import inspect

from actors.turn_manager import table


def page() -> str:
    """The page as Markdown; GitHub draws the diagram."""
    doc = inspect.cleandoc(table.__doc__ or "")
    return f"# Turns\n\n{doc}\n\n```mermaid\n{table.mermaid().strip()}\n```"
