"""Scenes of the page of the command line: what a reader finds there comes from the code."""

from __future__ import annotations

from cli.pages import verbs


def test_the_command_line_page_shows_every_verb_but_hidden_ones() -> None:
    page = verbs.page()
    assert "$ avatar check PLAN [OPTIONS]" in page
    assert "`--ports` / `--no-ports`" in page
    assert "## docs" not in page
