"""Scenes of the page of the command line: what a reader finds there comes from the code."""

from __future__ import annotations

import re
from pathlib import Path

import cli
from cli.pages import verbs

OURS = {"AVATAR_SERVICE"}
"""Set by avatar itself, for its own processes."""


def test_the_command_line_page_shows_every_verb_but_hidden_ones() -> None:
    page = verbs.page()
    assert "$ avatar check PLAN [OPTIONS]" in page
    assert "`--ports` / `--no-ports`" in page
    assert "## docs" not in page


def test_every_environment_variable_of_the_code_is_told() -> None:
    root = Path(cli.__path__[0]).parent
    code = [p for room in ("bus", "actors", "topology", "remote", "cli") for p in (root / room).rglob("*.py")]
    read = {name for path in code for name in re.findall(r"\bAVATAR_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert "AVATAR_SSH_CONFIG" in read
    assert read - OURS == set(verbs.ENVIRONMENT)
    assert all(f"| `{name}` |" in verbs.page() for name in verbs.ENVIRONMENT)
