"""Scenes of the drawing in the README."""

from __future__ import annotations

from pathlib import Path

from cli import pages
from cli.pages.readme import BEGIN, END, with_drawing


def test_the_drawing_stands_between_its_marks_and_the_rest_is_left_alone() -> None:
    drawn = with_drawing(f"# Before\n\n{BEGIN}\nold\n{END}\n\nafter\n")
    assert drawn.startswith(f"# Before\n\n{BEGIN}\n```mermaid\nflowchart LR\n")
    assert drawn.endswith(f"```\n{END}\n\nafter\n") and "old" not in drawn
    assert with_drawing(drawn) == drawn


def test_a_text_without_marks_is_left_alone() -> None:
    assert with_drawing("# Mine\n") == "# Mine\n"


def test_a_stale_drawing_is_found_and_mended(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\nold\n{END}\n", encoding="utf-8")
    assert "README.md" in pages.stale(tmp_path / "docs")
    pages.write(tmp_path / "docs")
    assert pages.stale(tmp_path / "docs") == []
    assert "flowchart LR" in readme.read_text(encoding="utf-8")
