"""Scenes of `avatar restart`."""

from __future__ import annotations

import io
import json
import re

import pytest

from cli.main import run
from tests.remote.pretended import PretendedCall


def test_a_fresh_process_is_told_with_its_epoch(call: PretendedCall, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["restart", "tts"]) == 0
    assert re.fullmatch(r"tts restarted: epoch 2, took \d+\.\d\d s\n", capsys.readouterr().out)
    assert run(["restart", "tts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["epoch"] == 2


def test_a_name_that_is_none_is_exit_code_2(call: PretendedCall) -> None:
    errors = io.StringIO()
    assert run(["restart", "ts"], errors) == 2
    assert errors.getvalue().splitlines()[1].strip().startswith('did you mean "tts"?')


def test_the_reason_of_a_failure_is_two_lines(call: PretendedCall) -> None:
    call.refusal = ("there is no voice", "install one")
    errors = io.StringIO()
    assert run(["restart", "tts"], errors) == 1
    assert errors.getvalue() == "avatar: there is no voice\n        install one\n"
