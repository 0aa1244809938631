"""Scenes of a newcomer who adds an actor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bus.errors import Wrong
from cli.main import run
from cli.scaffold import write_actor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("actors", "tests", "tests/actors"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    return tmp_path


def test_the_tests_of_a_new_actor_pass_at_once(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "lip-reader", "--root", str(checkout)]) == 0
    assert "actors/lip_reader/actor.py" in capsys.readouterr().out
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(checkout), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_the_new_files_are_clean(checkout: Path) -> None:
    for path in write_actor("lip-reader", checkout):
        text = path.read_text(encoding="utf-8")
        assert "$" not in text
        compile(text, str(path), "exec")
        assert all(len(line) <= 120 for line in text.splitlines())


@pytest.mark.parametrize("name", ["Lip", "lip_reader", "lip reader", "../x", "", "9lives", "class", "-x"])
def test_a_name_that_cannot_be_one_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(Wrong, match="cannot be an actor's name"):
        write_actor(name, checkout)


def test_an_actor_that_exists_is_left_alone(checkout: Path) -> None:
    write_actor("lip-reader", checkout)
    with pytest.raises(Wrong, match="already"):
        write_actor("lip-reader", checkout)


def test_outside_of_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="not a checkout"):
        write_actor("lip-reader", tmp_path)
    assert list(tmp_path.iterdir()) == []
