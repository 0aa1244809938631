"""Drawing in the README: topology/local.toml as `avatar graph --mermaid` draws it, between two marks."""

from __future__ import annotations

import re
from pathlib import Path

import topology
from topology.drawing import as_mermaid
from topology.reading import read_plan

BEGIN = "<!-- Drawn by `avatar docs` from topology/local.toml: change the plan or the actors, then run `make fix`. -->"
END = "<!-- End of the drawing. -->"
_BETWEEN = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def with_drawing(text: str) -> str:
    """The README with its drawing as the plan is now; unchanged where it has no marks."""
    drawing = as_mermaid(read_plan(Path(topology.__path__[0]) / "local.toml")).strip()
    return _BETWEEN.sub(lambda _: f"{BEGIN}\n```mermaid\n{drawing}\n```\n{END}", text)
