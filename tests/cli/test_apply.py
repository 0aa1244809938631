"""Scenes of `avatar apply`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.main import run
from remote.applied import Applied, Step
from tests.remote.pretended import PretendedCall

LOCAL = Path(__file__).parents[2] / "topology" / "local.toml"


def test_what_was_done_is_told_line_by_line(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    call.applied = [Applied("done", (Step("replaced", "tts", ("settings.voice",), 0.8),))]
    assert run(["apply", str(LOCAL)]) == 0
    assert capsys.readouterr().out == "~ replaced tts: settings.voice, 0.8 s\n"
    assert run(["apply", str(LOCAL), "--dry-run"]) == 0
    assert capsys.readouterr().out == "~ would replace tts: settings.voice\n"
    assert run(["apply", str(LOCAL), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"][0]["name"] == "tts"


def test_a_bad_plan_is_told_exactly_as_by_check(
    call: PretendedCall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[actors.tss]\n[actors.lmm]\n", encoding="utf-8")
    assert run(["check", str(bad)]) == 2
    told = capsys.readouterr()
    assert run(["apply", str(bad)]) == 2
    assert capsys.readouterr() == told
    assert "2 errors" in told.err


def test_without_a_plan_it_is_the_file_of_the_call(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["apply"]) == 2
    assert capsys.readouterr().err.startswith("show.toml: error: there is no such file")


def test_a_refusal_is_two_lines_and_its_own_exit_code(call: PretendedCall) -> None:
    call.applied = [Applied("refused", (), "tts: no such voice", "do this", 1)]
    errors = io.StringIO()
    assert run(["apply", str(LOCAL)], errors) == 1
    assert errors.getvalue().splitlines() == [
        "avatar: refused, nothing has changed: tts: no such voice",
        "        do this",
    ]
