"""Scenes of `avatar move`."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import msgspec
import pytest

from cli.main import run
from remote.applied import Applied, Step
from remote.session import Running
from tests.remote.pretended import PretendedCall

TOPOLOGY = Path(__file__).parents[2] / "topology"
DONE = Applied("done", (Step("replaced", "chunker", ("host: gpu -> local",), 0.8),))


@pytest.fixture
def plan(call: PretendedCall, tmp_path: Path) -> Path:
    """The plan of the call: split.toml, in a folder where it may be changed."""
    shutil.copy(TOPOLOGY / "persona.toml", tmp_path)
    plan = Path(shutil.copy(TOPOLOGY / "split.toml", tmp_path))
    running = call.session.read("session.json", Running)
    assert running
    call.session.write("session.json", msgspec.structs.replace(running, plan_file=str(plan)))
    call.applied = [DONE]
    return plan


def test_the_move_is_told_and_the_plan_says_so_with_all_its_comments(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = plan.read_text(encoding="utf-8")
    assert run(["move", "chunker", "local"]) == 0
    assert capsys.readouterr().out == "~ replaced chunker: host: gpu -> local, 0.8 s\n"
    after = plan.read_text(encoding="utf-8")
    assert after == before.replace('[actors.chunker]\nhost = "gpu"', '[actors.chunker]\nhost = "local"')
    assert run(["move", "chunker", "gpu", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"][0]["name"] == "chunker"
    assert plan.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("actor", "host", "what"),
    [
        ("chunkr", "local", 'there is no actor "chunkr" in the plan'),
        ("chunker", "gpv", 'there is no host "gpv" in the plan'),
        ("chunker", "gpu", "chunker is on gpu already"),
    ],
)
def test_what_cannot_be_is_two_lines_and_exit_code_2(plan: Path, actor: str, host: str, what: str) -> None:
    errors = io.StringIO()
    assert run(["move", actor, host], errors) == 2
    assert errors.getvalue().startswith(f"avatar: {what}\n        ")
