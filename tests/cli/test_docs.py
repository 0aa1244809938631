"""Scenes of `avatar docs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import run


def test_pages_are_written_once_and_found_fresh_after(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = ["docs", "--folder", str(tmp_path / "docs")]
    assert run([*docs, "--check"]) == 1
    assert "stale pages in docs/: messages.md, actors.md, plan.md, turns.md, cli.md" in capsys.readouterr().err
    assert run(docs) == 0
    assert run([*docs, "--check"]) == 0


def test_a_page_that_was_edited_by_hand_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs", "--folder", str(tmp_path)]) == 0
    with (tmp_path / "cli.md").open("a", encoding="utf-8") as page:
        page.write("by hand\n")
    assert run(["docs", "--folder", str(tmp_path), "--check"]) == 1
    assert "stale pages in " in capsys.readouterr().err
