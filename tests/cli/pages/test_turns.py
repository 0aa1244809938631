"""Scenes of the page of the turns: what a reader finds there comes from the code."""

from __future__ import annotations

from cli.pages import turns


def test_the_turns_page_draws_the_table() -> None:
    assert "```mermaid\nstateDiagram" in turns.page()
