"""Scenes of `avatar topics`."""

from __future__ import annotations

import json

import pytest

from bus.messages import Final, Token
from cli.main import run
from tests.bus.house import until
from tests.remote.pretended import PretendedCall


def test_what_flows_from_whom_to_whom(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    with (
        call.house.peer("llm", gives=(Token,)) as llm,
        call.house.peer("asr", gives=(Final,)),
        call.house.peer("chunker", takes=(Token,)) as chunker,
    ):
        llm.send(Token(index=0, text="x"))
        until(lambda: chunker.messages)
        assert run(["topics"]) == 0
        assert run(["topics", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["llm.token", "stream", "1", "0.0", "llm", "chunker"]
    told = json.loads(lines[-1])
    assert (told["topic"], told["messages"], told["taps"], told["taken_by"]) == ("llm.token", 1, 0, ["chunker"])
    assert json.loads(lines[-2])["lane"] == "stream", "known from the message type, though nobody takes it"


def test_watching_ends_with_the_call_and_tells_rates(
    call: PretendedCall, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remote.repeating.every_second", lambda _: iter([None, None]))
    with call.house.peer("llm", gives=(Token,)) as llm:
        llm.send(Token(index=0, text="x"))
        assert run(["topics", "--watch"]) == 0
    out = capsys.readouterr().out
    assert out.count("msgs/s") == 2
    assert "\x1b" not in out
