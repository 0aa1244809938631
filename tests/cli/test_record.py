"""Scenes of `avatar record`: a real hub, a real speaker, and the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bus.messages import Token
from bus.recording import End, Passed, Reader
from cli.main import run
from tests.cli.test_tap import speaking
from tests.remote.pretended import PretendedCall

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def planned(call: PretendedCall) -> None:
    from topology.plan import Plan, Session

    call.session.write("plan.json", Plan(file="/show.toml", session=Session(name="show"), actors={}))


def test_a_call_is_recorded_for_a_while(call: PretendedCall, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "a.rec"
    with speaking(call, Token(index=3, text="Hi", payload=b"12")):
        assert run(["record", "-o", str(out), "--seconds", "1.5", "--topics", "llm.*", "--headers", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["messages"], told["lost"], told["why"]) == (1, 0, "the time is over")
    with Reader(out) as reader:
        entries = list(reader)
    (token,) = [entry for entry in entries if isinstance(entry, Passed)]
    assert (token.topic, token.size, token.payload) == ("llm.token", 2, None)
    assert isinstance(entries[-1], End)


def test_the_end_is_told_to_people_too(call: PretendedCall, tmp_path: Path, capsys: Captured) -> None:
    assert run(["record", "-o", str(tmp_path / "a.rec"), "--seconds", "0.2"]) == 0
    assert "0 messages" in capsys.readouterr().out


def test_a_file_that_is_there_is_left_alone(call: PretendedCall, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a.rec").write_bytes(b"mine")
    assert run(["record", "-o", str(tmp_path / "a.rec")]) == 2
    assert "there already" in capsys.readouterr().err
    assert (tmp_path / "a.rec").read_bytes() == b"mine"
