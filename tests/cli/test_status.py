"""Scenes of `avatar status`."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from bus.messages import CameraHealth, Skew
from cli.main import run
from tests.remote.pretended import PretendedCall, row

Captured = pytest.CaptureFixture[str]


def test_a_call_is_told_in_a_table(call: PretendedCall, capsys: Captured) -> None:
    call.status = msgspec.structs.replace(
        call.status, actors=(row("tts", error="no voice", state="given up"), row("llm", rate_hz=7.5))
    )
    with call.house.peer("av-sync", gives=(Skew,)) as lips, call.house.peer("cam-out", gives=(CameraHealth,)) as camera:
        lips.send(Skew(median_ms=4, worst_ms=-9, frames=3))
        call.house.hub.tally.add("tts.audio", "generation", 3)
        assert run(["status"]) == 0
        camera.send(CameraHealth(fps=25, worst_gap_ms=41))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "show: running, for 1 min 01 s   show.toml"
    assert any("llm" in line and "7.5" in line for line in lines)
    assert "tts: no voice (avatar restart tts)" in lines
    assert "picture behind sound by +4 ms (worst -9)" in lines
    assert lines[-1].split() == ["3", "tts.audio", "generation", "hub"]


def test_json_is_one_object(call: PretendedCall, capsys: Captured) -> None:
    assert run(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["session"], told["phase"], [a["actor"] for a in told["actors"]]) == (
        "show",
        "running",
        ["tts", "llm", "hub"],
    )


def test_a_call_that_is_starting_is_told_at_once(call: PretendedCall, capsys: Captured) -> None:
    call.status = msgspec.structs.replace(call.status, phase="starting")
    assert run(["status"]) == 0
    assert "show: starting" in capsys.readouterr().out


def test_without_a_hub_it_says_so(call: PretendedCall, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bus.client.HELLO_S", 0.2)
    call.house.hub.stopping = True
    assert run(["status"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("show: no hub")
    assert "the call's hub does not answer" in out
    assert str(call.process.pid) in out


def test_no_call_and_no_such_call(home: object) -> None:
    errors = io.StringIO()
    assert run(["status", "--session", "nothing"], errors) == 2
    assert "no call named 'nothing' is running" in errors.getvalue()
