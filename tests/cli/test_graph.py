"""Scenes of `avatar graph`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import run

DEMO = str(Path(__file__).parents[2] / "topology" / "demo.toml")


@pytest.mark.parametrize(
    ("options", "first"), [([], "vad (file on local)"), (["--mermaid"], "flowchart LR"), (["--dot"], "digraph plan {")]
)
def test_a_plan_is_drawn_in_three_ways(options: list[str], first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", DEMO, *options]) == 0
    assert capsys.readouterr().out.splitlines()[0] == first


def test_two_drawings_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", DEMO, "--mermaid", "--dot"]) == 2
    assert "avatar: --mermaid and --dot are two different drawings" in capsys.readouterr().err


def test_a_faulty_plan_is_not_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", str(tmp_path / "none.toml")]) == 2
    assert "there is no such file" in capsys.readouterr().err
