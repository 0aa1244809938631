"""Scenes of the page of the plan: what a reader finds there comes from the code."""

from __future__ import annotations

from cli.pages import plan


def test_every_table_tells_its_keys_with_bounds_default_and_meaning() -> None:
    page = plan.page()
    assert "## `[actors.NAME.restart]`" in page
    assert "| `hang_s` | number >= 0 | `10.0` | How long it may hang" in page
    assert "| `ssh` | text | **must be given** |" in page
    assert "| `restart` | table with " in page
    assert "`actor`" not in page, "that is the table's title"
