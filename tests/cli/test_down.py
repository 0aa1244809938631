"""Scenes of `avatar down`."""

from __future__ import annotations

import io
import json

import pytest

from cli.main import run
from remote.mark import Mark
from remote.session import Ending
from tests.remote.pretended import PretendedCall, pretended_call


def test_a_call_ends_and_its_film_is_told(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["down"]) == 0
    assert capsys.readouterr().out == "show has ended\nfilm: out/call.mp4\n"
    assert call.process.returncode is not None


def test_a_bad_ending_is_exit_code_1(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    call.ending = Ending("tts: no voice", "install one", 1)
    assert run(["down", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["what"] == "tts: no voice"


def test_nothing_runs(home: object) -> None:
    for others in (["--all"], ["--json"], []):
        errors = io.StringIO()
        assert run(["down", *others], errors) == 2
        assert errors.getvalue() == "avatar: no call is running\n        start one: avatar up topology/local.toml\n"


def test_of_several_calls_one_must_be_chosen_or_all(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    errors = io.StringIO()
    with pretended_call("other"):
        assert run(["down"], errors) == 2
        assert "other, show" in errors.getvalue()
        assert run(["down", "--all"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if "ended" in line] == [
        "other has ended",
        "show has ended",
    ]


def test_a_call_that_does_not_answer_is_told_to_go(
    call: PretendedCall, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def go(agent: Mark) -> None:
        call.session.write("ending.json", call.ending)
        call.end_process()

    monkeypatch.setattr("bus.client.HELLO_S", 0.2)
    monkeypatch.setattr("remote.closing.ANSWER_NS", 0)
    monkeypatch.setattr(Mark, "terminate", go)
    call.house.hub.stopping = True
    assert run(["down"]) == 0
    assert "show has ended" in capsys.readouterr().out
