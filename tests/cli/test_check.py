"""Scenes of `avatar check`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.main import run

DEMO = Path(__file__).parents[2] / "topology" / "demo.toml"


def test_a_good_plan_is_one_line_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(DEMO)]) == 0
    said = capsys.readouterr()
    assert " is good: session demo, 10 actors on local, " in said.out
    assert said.err == ""


def test_faults_go_to_stderr_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("[actors.vadd]\n[sesion]\n", encoding="utf-8")
    assert run(["check", str(plan)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f'{plan}:1: error: actors.vadd: there is no actor "vadd"\n    did you mean "vad"?' in said.err
    assert f"{plan}:2: error: sesion: no such table" in said.err
    assert said.err.endswith(f"{plan}: 2 errors\n")


def test_an_engine_that_this_machine_cannot_run_is_a_warning_for_the_plan_may_be_another_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    plan = tmp_path / "plan.toml"
    text = DEMO.read_text(encoding="utf-8").replace('engine = "persona"', 'engine = "openai"')
    for name in ("persona.toml", "conversation.wav"):
        text = text.replace(f'"{name}"', f'"{(DEMO.parent / name).as_posix()}"')
    plan.write_text(text.replace("persona = ", 'url = "http://127.0.0.1:1/v1"\npersona = '), encoding="utf-8")
    assert run(["check", str(plan)]) == 0
    said = capsys.readouterr()
    assert ": warning: not ready here: llm (openai): no server at 127.0.0.1:1\n" in said.err
    assert " is good: " in said.out
    assert run(["check", str(plan), "--json"]) == 0
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["warning"], fault["todo"]) == (True, "start it, or add it as [services.NAME]")
    errors = io.StringIO()
    assert run(["up", str(plan)], errors) == 1
    assert errors.getvalue().splitlines()[0] == "avatar: not ready here: llm (openai): no server at 127.0.0.1:1"


def test_json_is_one_object_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("[actors.vadd]\n", encoding="utf-8")
    assert run(["check", str(plan), "--json"]) == 2
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert (answer["ok"], answer["faults"][0]["line"]) == (False, 1)
    assert said.err == ""
    assert run(["check", str(DEMO), "--json", "--no-ports"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]
