"""Scenes of `avatar say`."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest

from bus.messages import Say
from cli.main import run
from tests.remote.pretended import PretendedCall


def test_the_text_reaches_the_call_whole(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    with call.house.peer("turn-manager", takes=(Say,)) as manager:
        assert run(["say", " Добрий день 🙂 \n"]) == 0
        assert run(["say", "again", "--json"]) == 0
        assert manager.messages == [Say(text="Добрий день 🙂"), Say(text="again")]
    assert json.loads(capsys.readouterr().out) == {"session": "show", "text": "again"}


def test_a_dash_reads_stdin(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"from a pipe\n")))
    with call.house.peer("turn-manager", takes=(Say,)) as manager:
        assert run(["say", "-"]) == 0
        assert manager.messages == [Say(text="from a pipe")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no text"),
        (" \n", "there is no text"),
        ("🙂 !", "nothing in the text that a voice can say"),
        ("x" * 4_001, "has 4,001 characters, the limit is 4,000"),
    ],
)
def test_no_text_and_too_much_are_refused_before_anything_is_sent(home: object, text: str, said: str) -> None:
    errors = io.StringIO()
    assert run(["say", text], errors) == 2
    assert said in errors.getvalue().splitlines()[0]


def test_nobody_takes_it(call: PretendedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remote.typed.TAKEN_S", 0.2)
    errors = io.StringIO()
    with call.house.peer("turn-manager", takes=(Say,), kind="actor", active=False):
        assert run(["say", "hello"], errors) == 1
    assert "nobody took the text" in errors.getvalue()
